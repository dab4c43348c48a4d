import type { DurationExpr } from '../ast/ast.ts';
import type { Token } from '../lexer/token.ts';
import { readDurationMs, readNumber } from './read-number.ts';
import type { TokenReader } from './token-reader.ts';

type Operator = Extract<DurationExpr, { kind: 'duration-binary' }>['operator'];
type Literal = Extract<DurationExpr, { kind: 'duration' }>;

const precedence: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const maxDepth = 500;
const maxSeconds = 2 ** 63 / 1e9;
/** What 64 bits of nanoseconds hold; Go turns NaN into the least of them. */
const maxMs = 9_223_372_036_854;

export interface DurationContext {
  /** For messages: what stands around the duration, and what is wanted there. */
  readonly context: string;
  readonly expected: string;
  /** Whether more than a number or duration may be written. */
  readonly allowsExpressions: boolean;
  /** How many parentheses and signs are open. */
  readonly depth?: number;
}

/** What stands in brackets: a duration, a number of seconds, or an expression of them. */
export function parseDurationExpr(reader: TokenReader, context: DurationContext): DurationExpr {
  return parseBinary(reader, context, 1);
}

/** What stands behind `offset`: a signed duration or number, or an expression in parentheses. */
export function parseOffset(reader: TokenReader, context: DurationContext): DurationExpr {
  const sign = reader.accept('-') ?? reader.accept('+');
  const operand = parsePrimary(reader, context);
  return sign === undefined ? operand : signed(reader, sign, operand);
}

function parseBinary(reader: TokenReader, context: DurationContext, least: number): DurationExpr {
  let left = parseUnary(reader, context);
  for (;;) {
    const token = reader.peek();
    const level = token.kind === 'operator' ? (precedence[token.text] ?? 0) : 0;
    if (level < least) return left;
    reader.next();
    const right = parseBinary(reader, inside(context, reader), token.text === '^' ? level : level + 1);
    left = combine(reader, context, { token, left, right });
  }
}

function combine(
  reader: TokenReader,
  context: DurationContext,
  { token, left, right }: { token: Token; left: DurationExpr; right: DurationExpr },
): DurationExpr {
  reader.refuseError();
  requireExpressions(reader, context, left);
  if (right.kind === 'duration' && (right.seconds ?? right.ms) === 0) {
    if (token.text === '/') throw reader.fail(token.start, 'division by zero');
    if (token.text === '%') throw reader.fail(token.start, 'modulo by zero');
  }
  const span = { start: left.span.start, end: right.span.end };
  return { kind: 'duration-binary', operator: token.text as Operator, left, right, span };
}

function requireExpressions(reader: TokenReader, { allowsExpressions }: DurationContext, { span }: DurationExpr): void {
  if (!allowsExpressions) throw reader.fail(span.start, 'experimental duration expression is not enabled');
}

function parseUnary(reader: TokenReader, context: DurationContext): DurationExpr {
  const sign = reader.accept('-') ?? reader.accept('+');
  if (sign === undefined) return parsePrimary(reader, context);
  return signed(reader, sign, parseBinary(reader, inside(context, reader), precedence['^']!));
}

function signed(reader: TokenReader, sign: Token, operand: DurationExpr): DurationExpr {
  const span = { start: sign.start, end: reader.end };
  if (operand.kind !== 'duration') {
    return { kind: 'duration-unary', operator: sign.text as '+' | '-', operand, span };
  }
  const factor = sign.text === '-' ? -1 : 1;
  const seconds = operand.seconds === undefined ? {} : { seconds: factor * operand.seconds };
  return { kind: 'duration', ms: factor * operand.ms, ...seconds, span };
}

function parsePrimary(reader: TokenReader, context: DurationContext): DurationExpr {
  const token = reader.peek();
  if (token.kind === 'number' || token.kind === 'duration') {
    reader.next();
    return literal(reader, token);
  }
  if (!reader.is('(')) throw reader.unexpected(token, context.context, context.expected);
  reader.next();
  const inner = parseBinary(reader, inside(context, reader), 1);
  reader.expect(')', context.context, context.expected);
  requireExpressions(reader, context, inner);
  // Parentheses around a mere duration leave no trace.
  if (inner.kind === 'duration') return inner;
  return { kind: 'duration-paren', inner, span: { start: token.start, end: reader.end } };
}

function inside(context: DurationContext, reader: TokenReader): DurationContext {
  const depth = (context.depth ?? 0) + 1;
  if (depth > maxDepth) {
    throw reader.fail(reader.peek().start, `duration nests deeper than ${maxDepth} levels`);
  }
  return { ...context, depth };
}

function literal(reader: TokenReader, token: Token): Literal {
  const span = { start: token.start, end: reader.end };
  if (token.kind === 'duration') return { kind: 'duration', ms: readDurationMs(reader, token), span };
  const seconds = readNumber(reader, token);
  if (Math.abs(seconds) > maxSeconds) throw reader.fail(token.start, 'duration out of range');
  // Nanoseconds first, as Prometheus does: 1.001 s is not 1000 ms.
  const ms = Number.isNaN(seconds) ? -maxMs : Math.trunc(Math.round(seconds * 1e9) / 1e6);
  return { kind: 'duration', ms, ...(Number.isNaN(seconds) ? {} : { seconds }), span };
}
