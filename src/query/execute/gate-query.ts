import type { Expr } from '../../promql/ast/ast.ts';
import { mapChildren } from '../../promql/ast/walk.ts';
import type { SelectorGate } from '../gate.ts';

/** The query with what is enforced in every one of its selectors. The second argument of `info` is none: it names labels. */
export function gateQuery(expr: Expr, gate: SelectorGate): Expr {
  if (expr.kind === 'vector-selector') return { ...expr, matchers: gate.enforce(expr.matchers) };
  if (expr.kind === 'matrix-selector') {
    return { ...expr, selector: { ...expr.selector, matchers: gate.enforce(expr.selector.matchers) } };
  }
  if (expr.kind === 'call' && expr.function === 'info') {
    return { ...expr, args: [gateQuery(expr.args[0]!, gate), ...expr.args.slice(1)] };
  }
  return mapChildren(expr, (child) => gateQuery(child, gate));
}
