import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { MatchOperator } from '../../model/matcher.ts';
import type { Token } from '../lexer/token.ts';
import type { SelectorPart, Span } from './selector-parts.ts';
import { isMetricNameToken } from './selector-tokens.ts';

/**
 * The parts of a selector as the official grammar reads it, in source order, or `undefined` where it is no selector. The
 * grammar is made for editors: it is lenient with names and strings, so what the lexer or Prometheus' parser refuses is
 * turned down here too, for `readSelectorTokens` to explain.
 */
export function readSelectorTree(text: string, tokens: readonly Token[]): readonly SelectorPart[] | undefined {
  const first = tokens[0]!;
  if (tokens.at(-1)!.kind !== 'end') return undefined;
  if (first.text !== '{' && !isMetricNameToken(first)) return undefined;
  const source = withoutComments(text, tokens);
  const tree: Tree = parser.parse(source);
  const selector = tree.topNode.firstChild;
  if (selector?.name !== 'VectorSelector' || selector.nextSibling !== null || hasError(tree)) return undefined;
  const parts: SelectorPart[] = [];
  for (let node = selector.firstChild; node !== null; node = node.nextSibling) {
    if (node.name === 'Identifier') parts.push({ kind: 'name', name: span(source, node) });
    else for (const matcher of childrenOf(node)) parts.push(toPart(source, matcher));
  }
  return parts;
}

/** Prometheus ends a comment at a carriage return as well, the grammar only at a line feed: it gets to see none. */
function withoutComments(text: string, tokens: readonly Token[]): string {
  if (!text.includes('#')) return text;
  let source = '';
  for (const token of tokens) {
    source = source.padEnd(token.start, ' ');
    if (token.kind !== 'end') source += token.text;
  }
  return source;
}

function hasError(tree: Tree): boolean {
  let found = false;
  tree.iterate({
    enter(node) {
      found ||= node.type.isError;
    },
  });
  return found;
}

function toPart(source: string, node: SyntaxNode): SelectorPart {
  const [name, operator, value] = childrenOf(node);
  if (operator === undefined) return { kind: 'name', name: span(source, node) };
  return {
    kind: 'matcher',
    name: span(source, name!),
    operator: span(source, operator).text as MatchOperator,
    value: span(source, value!),
  };
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function span(source: string, node: SyntaxNode): Span {
  return { start: node.from, text: source.slice(node.from, node.to) };
}
