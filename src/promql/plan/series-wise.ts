import type { Call, Expr, MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { hasSeries } from '../ast/value-type.ts';
import { withoutParens } from '../ast/walk.ts';

/** Functions whose value of a series depends on that series alone. @see spec §6 */
export const perSeriesFunctions: ReadonlySet<string> = new Set(
  (
    'rate increase irate idelta delta deriv predict_linear changes resets avg_over_time min_over_time max_over_time ' +
    'sum_over_time count_over_time stddev_over_time stdvar_over_time last_over_time present_over_time ' +
    'quantile_over_time mad_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time ' +
    'double_exponential_smoothing ' +
    'abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad round sgn sin sinh sqrt tan tanh ' +
    'clamp clamp_min clamp_max timestamp ' +
    'minute hour day_of_week day_of_month day_of_year days_in_month month year'
  ).split(' '),
);

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', 'atan2']);

/** The selector of an expression of which every output series comes from one input series; undefined for other ones. */
export function seriesWiseSelector(expr: Expr): VectorSelector | MatrixSelector | undefined {
  switch (expr.kind) {
    case 'vector-selector':
    case 'matrix-selector':
      return expr;
    case 'paren':
      return seriesWiseSelector(expr.inner);
    case 'unary':
      return seriesWiseSelector(expr.operand);
    case 'binary': {
      // A comparison that filters keeps names; arithmetic drops them: both leave series apart, or the union finds twins.
      if (!arithmetic.has(expr.operator) && !/^[=!<>]=?$/.test(expr.operator)) return undefined;
      if (isConstant(expr.right)) return seriesWiseSelector(expr.left);
      return isConstant(expr.left) ? seriesWiseSelector(expr.right) : undefined;
    }
    case 'call':
      return ofCall(expr);
    default:
      return undefined;
  }
}

function ofCall(call: Call): VectorSelector | MatrixSelector | undefined {
  if (!perSeriesFunctions.has(call.function) || call.args.length === 0) return undefined;
  const operands = call.args.filter(hasSeries);
  const others = call.args.filter((arg) => !operands.includes(arg));
  if (operands.length !== 1 || !others.every((arg) => isConstant(arg))) return undefined;
  return seriesWiseSelector(withoutParens(operands[0]!));
}

/** A number that is the same at every step and on every shard. */
export function isConstant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
      return true;
    case 'paren':
      return isConstant(expr.inner);
    case 'unary':
      return isConstant(expr.operand);
    case 'binary':
      return isConstant(expr.left) && isConstant(expr.right);
    default:
      return false;
  }
}
