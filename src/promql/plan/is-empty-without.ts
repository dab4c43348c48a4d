import type { BinaryExpr, Expr, VectorSelector } from '../ast/ast.ts';
import { hasSeries, valueTypeOf } from '../ast/value-type.ts';

/** Whether an expression has no series where these selectors find none; never wrongly true. */
export function isEmptyWithout(expr: Expr, empty: ReadonlySet<VectorSelector>): boolean {
  switch (expr.kind) {
    case 'vector-selector':
      return empty.has(expr);
    case 'matrix-selector':
      return empty.has(expr.selector);
    case 'paren':
      return isEmptyWithout(expr.inner, empty);
    case 'unary':
      return isEmptyWithout(expr.operand, empty);
    case 'subquery':
    case 'aggregation':
      return isEmptyWithout(expr.expr, empty);
    case 'call': {
      // Those make something of nothing.
      if (expr.function.startsWith('absent') || expr.function === 'scalar' || expr.function === 'vector') return false;
      const operand = expr.args.find(hasSeries);
      return operand !== undefined && isEmptyWithout(operand, empty);
    }
    case 'binary':
      return isBinaryEmpty(expr, empty);
    default:
      return false;
  }
}

function isBinaryEmpty({ left, right, operator, matching }: BinaryExpr, empty: ReadonlySet<VectorSelector>): boolean {
  if (matching === undefined) return isEmptyWithout(valueTypeOf(left) === 'vector' ? left : right, empty);
  const [isLeftEmpty, isRightEmpty] = [isEmptyWithout(left, empty), isEmptyWithout(right, empty)];
  if (operator === 'or') return isLeftEmpty && isRightEmpty;
  return isLeftEmpty || (operator !== 'unless' && isRightEmpty);
}
