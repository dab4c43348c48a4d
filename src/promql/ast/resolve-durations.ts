import type { DurationExpr, Expr, Span, TimeModifiers, VectorSelector } from './ast.ts';
import { mapChildren } from './walk.ts';

/** A duration that is none once it is worked out; `span` is that of its expression. */
export class DurationError extends Error {
  readonly span: Span;
  constructor(problem: string, span: Span) {
    super(problem);
    this.name = 'DurationError';
    this.span = span;
  }

  /** What Prometheus says: offsets in UTF-8 bytes from 0, start and end, then the problem. */
  describe(text: string): string {
    const bytes = (offset: number): number => Buffer.byteLength(text.slice(0, offset));
    return `${bytes(this.span.start)}:${bytes(this.span.end)}: ${this.message}`;
  }
}

export interface DurationEnvironment {
  /** What `step()` stands for; 0 for an instant query. */
  readonly stepMs: number;
}

const in64Bits = 2 ** 63;

/**
 * The expression with every duration a literal, as Prometheus works them out before it evaluates.
 * @throws DurationError where one divides by zero or is not above zero (offsets may be)
 */
export function resolveDurations(expr: Expr, environment: DurationEnvironment): Expr {
  const signed = (duration: DurationExpr): DurationExpr => literal(duration, environment, 'signed');
  const positive = (duration: DurationExpr): DurationExpr => literal(duration, environment, 'positive');
  const shifted = <T extends TimeModifiers>(node: T): T =>
    node.offset === undefined ? node : { ...node, offset: signed(node.offset) };
  switch (expr.kind) {
    case 'vector-selector':
      return shifted(expr);
    case 'matrix-selector':
      return { ...expr, selector: shifted<VectorSelector>(expr.selector), range: positive(expr.range) };
    case 'subquery': {
      const { step } = expr;
      const times = { range: positive(expr.range), ...(step === undefined ? {} : { step: positive(step) }) };
      return { ...shifted(expr), ...times, expr: resolveDurations(expr.expr, environment) };
    }
    default:
      return mapChildren(expr, (child) => resolveDurations(child, environment));
  }
}

/** A duration in whole ms. @throws DurationError as {@link resolveDurations}, but any sign is fine */
export function durationMs(duration: DurationExpr, environment: DurationEnvironment): number {
  if (duration.kind === 'duration') return duration.ms;
  const seconds = secondsOf(duration, environment);
  if (Math.abs(seconds) >= in64Bits) throw new DurationError('duration is out of range', bareSpan(duration));
  return Math.trunc(seconds * 1000);
}

/** From the first operand to the last, as Prometheus has it: without the parentheses around them. */
function bareSpan(duration: DurationExpr): Span {
  if (duration.kind === 'duration-paren') return bareSpan(duration.inner);
  if (duration.kind === 'duration-unary') return { start: duration.span.start, end: bareSpan(duration.operand).end };
  if (duration.kind !== 'duration-binary') return duration.span;
  return { start: bareSpan(duration.left).start, end: bareSpan(duration.right).end };
}

function literal(duration: DurationExpr, environment: DurationEnvironment, sign: 'signed' | 'positive'): DurationExpr {
  if (duration.kind === 'duration') return duration;
  const ms = durationMs(duration, environment);
  if (sign === 'positive' && secondsOf(duration, environment) <= 0) {
    throw new DurationError('duration must be greater than 0', bareSpan(duration));
  }
  return { kind: 'duration', ms, span: duration.span };
}

function secondsOf(duration: DurationExpr, environment: DurationEnvironment): number {
  switch (duration.kind) {
    case 'duration':
      return duration.seconds ?? duration.ms / 1000;
    case 'duration-step':
      return environment.stepMs / 1000;
    case 'duration-paren':
      return secondsOf(duration.inner, environment);
    case 'duration-unary': {
      const operand = secondsOf(duration.operand, environment);
      return duration.operator === '-' ? -operand : operand;
    }
    case 'duration-binary':
      return calculate(duration, environment);
  }
}

function calculate(
  duration: Extract<DurationExpr, { kind: 'duration-binary' }>,
  environment: DurationEnvironment,
): number {
  const left = secondsOf(duration.left, environment);
  const right = secondsOf(duration.right, environment);
  switch (duration.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw new DurationError('division by zero', bareSpan(duration));
      return left / right;
    case '%':
      if (right === 0) throw new DurationError('modulo by zero', bareSpan(duration));
      return left % right;
    case '^':
      return left ** right;
    case 'min':
      return Math.min(left, right);
    case 'max':
      return Math.max(left, right);
  }
}
