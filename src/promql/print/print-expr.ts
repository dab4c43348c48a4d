import type { BinaryExpr, BinaryOperator, Expr, NumberLiteral, Subquery } from '../ast/ast.ts';
import { goQuote } from '../lexer/go-quote.ts';
import { formatDuration } from './format-duration.ts';
import { formatNumber } from './format-number.ts';
import { formatAggregationHead, formatBinaryHead, formatSelectorPart } from './format-parts.ts';
import { formatRange, formatTimeModifiers } from './format-time-modifiers.ts';

const levels: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
  ['^'],
];

/**
 * An expression on one line in canonical form, that of Go's `String()`. Reading it gives the same expression but for
 * spans and the order of matchers. Parentheses are added where an expression that was not parsed needs them.
 */
export function printExpr(expr: Expr): string {
  // A broken character cannot be read back unless it is spelled out.
  return print(expr).replaceAll('\ufffd', String.raw`\ufffd`);
}

function print(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr);
    case 'string':
      return goQuote(expr.value);
    case 'vector-selector':
      return formatSelectorPart(expr) + formatTimeModifiers(expr);
    case 'matrix-selector':
      return `${formatSelectorPart(expr.selector)}[${formatRange(expr.range)}]${formatTimeModifiers(expr.selector)}`;
    case 'subquery':
      return printSubquery(expr);
    case 'call':
      return `${expr.function}(${expr.args.map(print).join(', ')})`;
    case 'aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${print(expr.parameter)}, `;
      return `${formatAggregationHead(expr)}(${parameter}${print(expr.expr)})`;
    }
    case 'binary':
      return `${printSide(expr, expr.left)} ${formatBinaryHead(expr)} ${printSide(expr, expr.right)}`;
    case 'unary':
      return expr.operator + printUnaryOperand(expr.operand);
    case 'paren':
      return `(${print(expr.inner)})`;
    case 'rule-outputs':
      return print(expr.selector);
    case 'fetched':
      throw new Error('a part that was fetched has no text');
  }
}

function printNumber({ value, isDuration }: NumberLiteral): string {
  return isDuration ? formatDuration(Math.trunc(Math.round(value * 1e6) / 1e3)) : formatNumber(value);
}

function printSubquery(expr: Subquery): string {
  const step = expr.step === undefined ? '' : formatRange(expr.step);
  return `${printOperand(expr.expr)}[${formatRange(expr.range)}:${step}]${formatTimeModifiers(expr)}`;
}

function printSide(parent: BinaryExpr, side: Expr): string {
  const level = levelOf(parent.operator);
  const text = print(side);
  if (side.kind === 'unary' || (side.kind === 'number' && text.startsWith('-'))) {
    return parent.operator === '^' && side === parent.left ? `(${text})` : text;
  }
  if (side.kind !== 'binary') return text;
  const own = levelOf(side.operator);
  const isAssociatedSide = (parent.operator === '^') === (side === parent.right);
  return own > level || (own === level && isAssociatedSide) ? text : `(${text})`;
}

function levelOf(operator: BinaryOperator): number {
  return levels.findIndex((level) => level.includes(operator));
}

function printUnaryOperand(operand: Expr): string {
  return operand.kind === 'binary' && operand.operator !== '^' ? `(${print(operand)})` : print(operand);
}

/** What a subquery is taken of; it binds tighter than any operator. */
function printOperand(expr: Expr): string {
  return expr.kind === 'binary' || expr.kind === 'unary' ? `(${print(expr)})` : print(expr);
}
