import { GatewayError } from '../../model/errors.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../../model/matcher.ts';
import type { VectorSelector } from '../ast/ast.ts';
import type { Token } from '../lexer/token.ts';
import { toMatcher } from '../selector/compile-matcher.ts';
import type { SelectorPart } from '../selector/selector-parts.ts';
import type { ParseContext } from './parse-context.ts';

const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const context = 'label matching';

/** A selector from its metric name on, or from its brace on where it has none (`name` undefined). */
export function parseVectorSelector(parse: ParseContext, name: Token | undefined): VectorSelector {
  const { reader } = parse;
  const start = name?.start ?? reader.peek().start;
  const matchers = reader.is('{') ? readBraces(parse) : [];
  if (name !== undefined) matchers.push(createMatcher(METRIC_NAME, '=', name.text));
  return {
    kind: 'vector-selector',
    ...(name === undefined ? {} : { name: name.text }),
    matchers,
    span: { start, end: reader.end },
  };
}

function readBraces(parse: ParseContext): Matcher[] {
  const { reader } = parse;
  reader.next();
  const matchers: Matcher[] = [];
  while (!reader.is('}')) {
    matchers.push(compile(parse, readPart(parse)));
    if (reader.is('}')) break;
    reader.expect(',', context, '"," or "}"');
  }
  reader.next();
  return matchers;
}

function readPart({ reader }: ParseContext): SelectorPart {
  const name = reader.peek();
  if (name.kind !== 'identifier' && name.kind !== 'string') throw reader.unexpected(name, context, 'identifier or "}"');
  reader.next();
  const operator = reader.peek();
  if (!matchOperators.has(operator.text) || operator.kind === 'string') {
    if (name.kind === 'string') return { kind: 'name', name };
    throw reader.unexpected(operator, context, 'label matching operator');
  }
  reader.next();
  const value = reader.peek();
  if (value.kind !== 'string') throw reader.unexpected(value, context, 'string');
  reader.next();
  return { kind: 'matcher', name, operator: operator.text as MatchOperator, value };
}

/** The selector's own errors carry message and position already. */
function compile({ reader, budget }: ParseContext, part: SelectorPart): Matcher {
  try {
    return toMatcher(reader.text, part, budget);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw reader.complete(error.message);
  }
}
