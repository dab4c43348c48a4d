import type {
  AtModifier,
  DurationExpr,
  Expr,
  MatrixSelector,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from '../ast/ast.ts';
import { parseDurationExpr, parseOffset, type DurationContext } from './parse-duration-expr.ts';
import { readDurationMs, readNumber } from './read-number.ts';
import type { ParseContext } from './parse-context.ts';
import type { Token } from '../lexer/token.ts';

const inBrackets = { context: 'subquery selector', expected: 'number or duration' };
const in64Bits = 2 ** 63;

/** Everything that may stand behind an operand: `[range]`, `[range:step]`, `offset`, `@`. */
export function parsePostfix(parse: ParseContext, operand: Expr): Expr {
  const { reader } = parse;
  for (let expr = operand; ;) {
    if (reader.is('[')) expr = parseRange(parse, expr);
    else if (reader.is('offset')) expr = parseOffsetModifier(parse, expr);
    else if (reader.is('@')) expr = parseAtModifier(parse, expr);
    else return expr;
  }
}

function parseRange(parse: ParseContext, operand: Expr): Expr {
  const { reader } = parse;
  const bracket = reader.next();
  const allowsExpressions = parse.options.durationExpressions;
  const range = positive(parse, parseDurationExpr(reader, { ...inBrackets, allowsExpressions }));
  if (reader.peek().kind === 'colon') return parseSubquery(parse, operand, range);
  reader.expect(']', 'subquery or range', '":" or "]"');
  return toMatrixSelector(parse, operand, { bracket, range });
}

function parseSubquery(parse: ParseContext, expr: Expr, range: DurationExpr): Subquery {
  const { reader } = parse;
  reader.next();
  const context: DurationContext = {
    ...inBrackets,
    expected: 'number or duration or "]"',
    allowsExpressions: parse.options.durationExpressions,
  };
  const step = reader.is(']') ? undefined : positive(parse, parseDurationExpr(reader, context));
  reader.expect(']', 'subquery selector', '"]"');
  const span = { start: expr.span.start, end: reader.end };
  return { kind: 'subquery', expr, range, ...(step === undefined ? {} : { step }), span };
}

function positive({ reader }: ParseContext, duration: DurationExpr): DurationExpr {
  if (duration.kind !== 'duration' || (duration.seconds ?? duration.ms) > 0) return duration;
  reader.refuseError();
  throw reader.fail(duration.span.start, 'duration must be greater than 0');
}

function toMatrixSelector(
  { reader }: ParseContext,
  operand: Expr,
  { bracket, range }: { bracket: Token; range: DurationExpr },
): MatrixSelector {
  if (operand.kind !== 'vector-selector') throw reader.fail(bracket.start, 'ranges only allowed for vector selectors');
  if (operand.offset !== undefined) throw reader.fail(bracket.start, 'no offset modifiers allowed before range');
  if (operand.at !== undefined) throw reader.fail(bracket.start, 'no @ modifiers allowed before range');
  return { kind: 'matrix-selector', selector: operand, range, span: { start: operand.span.start, end: reader.end } };
}

function parseOffsetModifier(parse: ParseContext, operand: Expr): Expr {
  const { reader } = parse;
  reader.next();
  const offset = parseOffset(reader, {
    context: 'offset',
    expected: 'number or duration',
    allowsExpressions: parse.options.durationExpressions,
  });
  const target = modified(operand);
  if (target === undefined) throw misplaced(parse, operand, 'offset modifier');
  if (target.offset !== undefined) throw reader.fail(operand.span.start, 'offset may not be set multiple times');
  return withModifiers(operand, { offset }, reader.end);
}

function parseAtModifier(parse: ParseContext, operand: Expr): Expr {
  const { reader } = parse;
  reader.next();
  const at = parseAt(parse, operand);
  const target = modified(operand);
  if (target === undefined) throw misplaced(parse, operand, '@ modifier');
  if (target.at !== undefined) throw reader.fail(operand.span.start, '@ <timestamp> may not be set multiple times');
  return withModifiers(operand, { at }, reader.end);
}

function parseAt({ reader }: ParseContext, operand: Expr): AtModifier {
  const first = reader.peek();
  if (first.kind === 'preprocessor') {
    reader.next();
    reader.expect('(', '@', 'timestamp');
    reader.expect(')', '@', 'timestamp');
    return { kind: first.text.toLowerCase() as 'start' | 'end' };
  }
  const sign = reader.accept('-') ?? reader.accept('+');
  const token = reader.peek();
  if (token.kind !== 'number' && token.kind !== 'duration') throw reader.unexpected(token, '@', 'timestamp');
  reader.next();
  const seconds = token.kind === 'number' ? readNumber(reader, token) : readDurationMs(reader, token) / 1000;
  const signed = sign?.text === '-' ? -seconds : seconds;
  if (!Number.isFinite(signed) || Math.abs(signed) >= in64Bits) {
    throw reader.fail(operand.span.start, `timestamp out of bounds for @ modifier: ${goFixed(signed)}`);
  }
  // Halves are rounded away from zero; what 64 bits cannot hold becomes the least that they can.
  const ms = Math.sign(signed) * Math.round(Math.abs(signed) * 1000);
  return { kind: 'time', timestampMs: Math.abs(ms) >= in64Bits ? -in64Bits : ms };
}

/** Go's `%f`. */
function goFixed(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Math.abs(value) >= 1e21 ? `${BigInt(value)}.000000` : value.toFixed(6);
}

function modified(expr: Expr): VectorSelector | Subquery | undefined {
  if (expr.kind === 'matrix-selector') return expr.selector;
  return expr.kind === 'vector-selector' || expr.kind === 'subquery' ? expr : undefined;
}

function withModifiers(expr: Expr, modifiers: TimeModifiers, end: number): Expr {
  const span = { start: expr.span.start, end };
  if (expr.kind !== 'matrix-selector') return { ...expr, ...modifiers, span };
  return { ...expr, selector: { ...expr.selector, ...modifiers }, span };
}

function misplaced({ reader }: ParseContext, operand: Expr, what: string): Error {
  const allowed = 'an instant vector selector or range vector selector or a subquery';
  return reader.fail(operand.span.start, `${what} must be preceded by ${allowed}`);
}
