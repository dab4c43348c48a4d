import type { Expr } from '../ast/ast.ts';
import { formatAggregationHead, formatBinaryHead } from './format-parts.ts';
import { formatRange, formatTimeModifiers } from './format-time-modifiers.ts';
import { printExpr } from './print-expr.ts';

const maxBytesPerLine = 100;

/**
 * An expression as Prometheus' `/api/v1/format_query` shows it: one line, or indented where that is too long. It differs
 * where Prometheus prints what is another query or none: `info(x, {})`, `1s1ms`, `on ("a.b")`, `ignoring () group_left`.
 */
export function formatQuery(expr: Expr): string {
  return pretty(expr, 0);
}

function pretty(expr: Expr, level: number): string {
  const blanks = '  '.repeat(level);
  const line = printExpr(expr);
  const fits = Buffer.byteLength(line) <= maxBytesPerLine;
  if (expr.kind === 'unary') return `${blanks}${expr.operator}${pretty(expr.operand, level).trim()}`;
  if (expr.kind === 'subquery') {
    // As Prometheus has it, a subquery that fits is not indented.
    if (fits) return line;
    const step = expr.step === undefined ? '' : formatRange(expr.step);
    return `${pretty(expr.expr, level)}[${formatRange(expr.range)}:${step}]${formatTimeModifiers(expr)}`;
  }
  if (fits) return blanks + line;
  return split(expr, level) ?? blanks + line;
}

function split(expr: Expr, level: number): string | undefined {
  const blanks = '  '.repeat(level);
  switch (expr.kind) {
    case 'aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${pretty(expr.parameter, level + 1)},\n`;
      return `${blanks}${formatAggregationHead(expr)}(\n${parameter}${pretty(expr.expr, level + 1)}\n${blanks})`;
    }
    case 'binary': {
      const head = blanks + formatBinaryHead(expr);
      return `${pretty(expr.left, level + 1)}\n${head}\n${pretty(expr.right, level + 1)}`;
    }
    case 'call':
      return `${blanks}${expr.function}(\n${expr.args.map((arg) => pretty(arg, level + 1)).join(',\n')}\n${blanks})`;
    case 'paren':
      return `${blanks}(\n${pretty(expr.inner, level + 1)}\n${blanks})`;
    default:
      return undefined;
  }
}
