import { functionSignature } from '../functions/signatures.ts';
import type { Expr, ValueType } from './ast.ts';

/** Whether its value is series, at one time or over a range. */
export function hasSeries(expr: Expr): boolean {
  const type = valueTypeOf(expr);
  return type === 'vector' || type === 'matrix';
}

/** The type of an expression's value. */
export function valueTypeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'matrix-selector':
    case 'subquery':
      return 'matrix';
    case 'call':
      return functionSignature(expr.function)?.returns ?? 'vector';
    case 'binary':
      return valueTypeOf(expr.left) === 'scalar' && valueTypeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
    case 'unary':
      return valueTypeOf(expr.operand);
    case 'paren':
      return valueTypeOf(expr.inner);
    default:
      return 'vector';
  }
}

const documented: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

/** A type as messages call it. */
export function documentedType(type: ValueType): string {
  return documented[type];
}
