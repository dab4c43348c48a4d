import type { BinaryExpr, Expr } from '../ast/ast.ts';
import { picksSeries } from '../ast/picks-series.ts';
import { selectorsOf, walk } from '../ast/walk.ts';
import { hasSeries, valueTypeOf } from '../ast/value-type.ts';

/**
 * Which labels of its shard the series of an expression carry where one shard evaluates it without knowing them: all, none,
 * or, as undefined, it cannot be told. An expression that names one of them is not one the shard can evaluate.
 */
export function keptShardLabels(expr: Expr, shardLabels: ReadonlySet<string>): readonly string[] | undefined {
  if (shardLabels.size === 0) return [];
  if ([...walk(expr)].some((node) => names(node, shardLabels))) return undefined;
  const keeps = keepsLabels(expr);
  if (keeps === undefined) return undefined;
  return keeps ? [...shardLabels] : [];
}

function names(node: Expr, labels: ReadonlySet<string>): boolean {
  if (node.kind === 'aggregation') return node.grouping.some((label) => labels.has(label));
  if (node.kind === 'binary') {
    return [...(node.matching?.labels ?? []), ...(node.matching?.include ?? [])].some((label) => labels.has(label));
  }
  if (node.kind === 'string') return labels.has(node.value);
  if (node.kind === 'call' && node.function.startsWith('absent')) {
    return selectorsOf(node).some(({ matchers }) => matchers.some(({ name }) => labels.has(name)));
  }
  return false;
}

/** Whether the series of a vector carry the labels of their shard; undefined where some may and others not. */
function keepsLabels(expr: Expr): boolean | undefined {
  switch (expr.kind) {
    case 'vector-selector':
    case 'matrix-selector':
      return true;
    case 'paren':
      return keepsLabels(expr.inner);
    case 'unary':
      return keepsLabels(expr.operand);
    case 'subquery':
      return keepsLabels(expr.expr);
    case 'aggregation':
      if (picksSeries(expr.operator)) return keepsLabels(expr.expr);
      return expr.without ? keepsLabels(expr.expr) : false;
    case 'call': {
      if (expr.function === 'vector' || expr.function.startsWith('absent')) return false;
      // Its second vector is found by labels that the shard does not tell.
      if (expr.function === 'info') return undefined;
      const operand = expr.args.find(hasSeries);
      return operand === undefined ? false : keepsLabels(operand);
    }
    case 'binary':
      return ofBinary(expr);
    default:
      return false;
  }
}

function ofBinary({ left, right, operator, matching }: BinaryExpr): boolean | undefined {
  if (matching === undefined) return keepsLabels(valueTypeOf(left) === 'vector' ? left : right);
  const sides = [keepsLabels(left), keepsLabels(right)];
  if (operator === 'and' || operator === 'unless') return matching.on || sides[0] === sides[1] ? sides[0] : undefined;
  if (sides[0] !== sides[1]) {
    // With `on` the shard's labels take no part in the match, and the many side's labels are the result's.
    if (!matching.on || operator === 'or') return undefined;
  }
  if (matching.card === 'many-to-one') return sides[0];
  if (matching.card === 'one-to-many') return sides[1];
  return matching.on && matching.card === 'one-to-one' ? false : sides[0];
}
