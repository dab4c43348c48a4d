import type { DurationExpr } from '../ast/ast.ts';
import type { Grid } from './grid.ts';
import { QueryError } from './query-error.ts';

/** A duration expression in ms. @throws QueryError for a division by zero */
export function durationMs(duration: DurationExpr, grid: Grid): number {
  return Math.trunc(secondsOf(duration, grid) * 1000);
}

/** As {@link durationMs}, for ranges and steps. @throws QueryError unless it is more than nothing */
export function positiveDurationMs(duration: DurationExpr, grid: Grid): number {
  const ms = durationMs(duration, grid);
  if (ms > 0) return ms;
  throw new QueryError('bad_data', 'duration must be greater than 0');
}

function secondsOf(duration: DurationExpr, grid: Grid): number {
  switch (duration.kind) {
    case 'duration':
      return duration.ms / 1000;
    case 'duration-step':
      return grid.stepMs / 1000;
    case 'duration-paren':
      return secondsOf(duration.inner, grid);
    case 'duration-unary': {
      const value = secondsOf(duration.operand, grid);
      return duration.operator === '-' ? -value : value;
    }
    case 'duration-binary':
      return compute(duration.operator, secondsOf(duration.left, grid), secondsOf(duration.right, grid));
  }
}

type Operator = Extract<DurationExpr, { kind: 'duration-binary' }>['operator'];

function compute(operator: Operator, a: number, b: number): number {
  if ((operator === '/' || operator === '%') && b === 0) {
    throw new QueryError('bad_data', operator === '/' ? 'division by zero' : 'modulo by zero');
  }
  const results: Readonly<Record<Operator, () => number>> = {
    '+': () => a + b,
    '-': () => a - b,
    '*': () => a * b,
    '/': () => a / b,
    '%': () => a % b,
    '^': () => a ** b,
    min: () => Math.min(a, b),
    max: () => Math.max(a, b),
  };
  return results[operator]();
}
