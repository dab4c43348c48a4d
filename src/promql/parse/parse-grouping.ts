import type { VectorMatching } from '../ast/ast.ts';
import { unquoteString } from '../lexer/unquote-string.ts';
import { startsOperand } from './starts-operand.ts';
import type { TokenReader } from './token-reader.ts';

const context = 'grouping opts';
const labelKinds: ReadonlySet<string> = new Set([
  'identifier',
  'aggregator',
  'keyword',
  'preprocessor',
  'metric-identifier',
  'operator',
]);
const labelName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** `(a, "b.c", …)` behind `by`, `on`, `group_left` and their like; a trailing comma is fine. */
export function parseGroupingLabels(reader: TokenReader): string[] {
  reader.expect('(', context, '"("');
  const labels: string[] = [];
  while (!reader.is(')')) {
    labels.push(parseLabel(reader));
    if (reader.is(')')) break;
    reader.expect(',', context, '"," or ")"');
  }
  reader.next();
  return labels;
}

function parseLabel(reader: TokenReader): string {
  const token = reader.peek();
  if (token.kind === 'string') {
    const text = unquoteString(token.text);
    if (text === '') throw reader.fail(token.start, `invalid label name for grouping: ${JSON.stringify(text)}`);
    reader.next();
    return text;
  }
  if (!labelKinds.has(token.kind) || !labelName.test(token.text)) throw reader.unexpected(token, context, 'label');
  reader.next();
  return token.text;
}

export interface BinaryModifiers {
  readonly bool: boolean;
  readonly matching: VectorMatching;
}

/** `bool`, `on(…)`, `ignoring(…)`, `group_left(…)`, `group_right(…)` behind a binary operator. */
export function parseBinaryModifiers(reader: TokenReader): BinaryModifiers {
  const bool = reader.accept('bool') !== undefined;
  const on = reader.is('on');
  if (!on && !reader.is('ignoring')) {
    return { bool, matching: { card: 'one-to-one', on: false, labels: [], include: [] } };
  }
  reader.next();
  const labels = parseGroupingLabels(reader);
  const isLeft = reader.is('group_left');
  if (!isLeft && !reader.is('group_right')) return { bool, matching: { card: 'one-to-one', on, labels, include: [] } };
  reader.next();
  const hasLabels = reader.is('(') || !startsOperand(reader.peek());
  const include = hasLabels ? parseGroupingLabels(reader) : [];
  return { bool, matching: { card: isLeft ? 'many-to-one' : 'one-to-many', on, labels, include } };
}
