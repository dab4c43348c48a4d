import type { Matcher } from '../../model/matcher.ts';
import type { Expr, MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { mapChildren } from '../ast/walk.ts';

export interface ExpandOptions {
  /** Whether an output of a rule may match; never wrongly false. */
  readonly mayMatch: (matchers: readonly Matcher[]) => boolean;
  /** Told of each range over outputs, which are evaluated at the default interval of subqueries. */
  readonly onRange: (selector: MatrixSelector) => void;
}

/**
 * The query with every selector that outputs of aggregation rules can match marked as such; a range of them becomes a
 * subquery. @see design.md, section 4.2
 */
export function expandRuleOutputs(expr: Expr, options: ExpandOptions): Expr {
  if (expr.kind === 'vector-selector') {
    return options.mayMatch(expr.matchers) ? { kind: 'rule-outputs', selector: expr, span: expr.span } : expr;
  }
  if (expr.kind === 'matrix-selector') {
    if (!options.mayMatch(expr.selector.matchers)) return expr;
    options.onRange(expr);
    return toSubquery(expr);
  }
  // The second argument of `info` is no operand, it names labels.
  if (expr.kind === 'call' && expr.function === 'info') {
    const [base, ...rest] = expr.args;
    return { ...expr, args: [expandRuleOutputs(base!, options), ...rest] };
  }
  return mapChildren(expr, (child) => expandRuleOutputs(child, options));
}

function toSubquery({ selector, range, span }: MatrixSelector): Expr {
  const { offset, at, ...bare } = selector;
  const instant: VectorSelector = bare;
  return {
    kind: 'subquery',
    expr: { kind: 'rule-outputs', selector: instant, span: selector.span },
    range,
    span,
    ...(offset === undefined ? {} : { offset }),
    ...(at === undefined ? {} : { at }),
  };
}
