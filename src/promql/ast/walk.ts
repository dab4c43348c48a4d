import type { Expr, VectorSelector } from './ast.ts';

/** The direct sub-expressions, in source order. A matrix selector has none: its selector is part of it. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.parameter === undefined ? [expr.expr] : [expr.parameter, expr.expr];
    case 'binary':
      return [expr.left, expr.right];
    case 'unary':
      return [expr.operand];
    case 'paren':
      return [expr.inner];
    case 'subquery':
      return [expr.expr];
    default:
      return [];
  }
}

/** The expression and everything below it, parents first. */
export function* walk(expr: Expr): Generator<Expr, void> {
  yield expr;
  for (const child of childrenOf(expr)) yield* walk(child);
}

/** Every selector, those of matrix selectors included, in source order. */
export function selectorsOf(expr: Expr): readonly VectorSelector[] {
  return [...walk(expr)].flatMap((node) => {
    if (node.kind === 'matrix-selector') return [node.selector];
    return node.kind === 'vector-selector' ? [node] : [];
  });
}

/** The expression with its direct sub-expressions replaced. */
export function mapChildren(expr: Expr, map: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'call':
      return { ...expr, args: expr.args.map(map) };
    case 'aggregation':
      return {
        ...expr,
        ...(expr.parameter === undefined ? {} : { parameter: map(expr.parameter) }),
        expr: map(expr.expr),
      };
    case 'binary':
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case 'unary':
      return { ...expr, operand: map(expr.operand) };
    case 'paren':
      return { ...expr, inner: map(expr.inner) };
    case 'subquery':
      return { ...expr, expr: map(expr.expr) };
    default:
      return expr;
  }
}

/** The expression without the parentheses around it. */
export function withoutParens(expr: Expr): Expr {
  return expr.kind === 'paren' ? withoutParens(expr.inner) : expr;
}
