import type { DurationExpr, Expr, TimeModifiers, VectorSelector } from '../ast/ast.ts';
import { functionSignature } from '../functions/signatures.ts';
import { formatNumber } from './format-number.ts';

/** The tree that Prometheus' `/api/v1/parse_query` answers with: plain data for `JSON.stringify`. */
export function exprToJson(expr: Expr): unknown {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatNumber(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'vector-selector':
      return { type: 'vectorSelector', ...selectorToJson(expr) };
    case 'matrix-selector':
      return { type: 'matrixSelector', ...selectorToJson(expr.selector), range: literalMs(expr.range) };
    case 'subquery': {
      const durations = { range: literalMs(expr.range), step: literalMs(expr.step) };
      return { type: 'subquery', expr: exprToJson(expr.expr), ...durations, ...modifiersToJson(expr) };
    }
    case 'call': {
      const { name, args: argTypes, variadic, returns: returnType } = functionSignature(expr.function)!;
      return { type: 'call', func: { name, argTypes, variadic, returnType }, args: expr.args.map(exprToJson) };
    }
    case 'aggregation': {
      const { operator: op, grouping, without, parameter } = expr;
      const param = parameter === undefined ? null : exprToJson(parameter);
      return { type: 'aggregation', op, expr: exprToJson(expr.expr), param, grouping, without };
    }
    case 'binary': {
      const { operator: op, bool, matching = null } = expr;
      return { type: 'binaryExpr', op, lhs: exprToJson(expr.left), rhs: exprToJson(expr.right), matching, bool };
    }
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: exprToJson(expr.operand) };
    case 'paren':
      return { type: 'parenExpr', expr: exprToJson(expr.inner) };
    case 'rule-outputs':
      return exprToJson(expr.selector);
    case 'fetched':
      throw new Error('a part that was fetched has no place in a query');
  }
}

function selectorToJson(selector: VectorSelector): object {
  const matchers = selector.matchers.map(({ name, operator, value }) => ({ name, value, type: operator }));
  return { name: selector.name ?? '', matchers, ...modifiersToJson(selector) };
}

function modifiersToJson({ offset, at }: TimeModifiers): object {
  return {
    offset: literalMs(offset),
    timestamp: at?.kind === 'time' ? at.timestampMs : null,
    startOrEnd: at === undefined || at.kind === 'time' ? null : at.kind,
  };
}

/** Expressions of durations are not told; they count as zero, and so does what is not written. */
function literalMs(duration: DurationExpr | undefined): number {
  return duration?.kind === 'duration' ? duration.ms : 0;
}
