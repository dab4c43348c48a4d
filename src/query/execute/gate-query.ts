import { METRIC_NAME } from '../../model/label-set.ts';
import type { Expr, VectorSelector } from '../../promql/ast/ast.ts';
import { mapChildren } from '../../promql/ast/walk.ts';
import type { SelectorGate } from '../../promql/selector/selector-gate.ts';

/** The query with what is enforced in every one of its selectors. The second argument of `info` is none: it names labels. */
export function gateQuery(expr: Expr, gate: SelectorGate): Expr {
  if (expr.kind === 'vector-selector') return gateSelector(expr, gate);
  if (expr.kind === 'matrix-selector') return { ...expr, selector: gateSelector(expr.selector, gate) };
  if (expr.kind === 'call' && expr.function === 'info') {
    return { ...expr, args: [gateQuery(expr.args[0]!, gate), ...expr.args.slice(1)] };
  }
  return mapChildren(expr, (child) => gateQuery(child, gate));
}

function gateSelector(selector: VectorSelector, gate: SelectorGate): VectorSelector {
  const matchers = gate.enforce(selector.matchers);
  if (matchers.length === selector.matchers.length) return selector;
  const { name, ...bare } = selector;
  // A name before the braces excludes matchers on it inside them.
  const isNamed = name !== undefined && !gate.enforced.some((matcher) => matcher.name === METRIC_NAME);
  return { ...bare, ...(isNamed && { name }), matchers, written: selector.written ?? selector.matchers };
}
