import type { BinaryOperator, Expr } from '../ast/ast.ts';
import { maxRepeatedSize } from '../selector/compile-matcher.ts';
import { checkTypes } from './check-types.ts';
import { parseBinaryModifiers } from './parse-grouping.ts';
import { parseOperand } from './parse-operand.ts';
import { parsePostfix } from './parse-postfix.ts';
import type { ParseContext, ParseOptions } from './parse-context.ts';
import { TokenReader } from './token-reader.ts';

const precedence: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const unaryOperandLevel = 6;
const maxDepth = 500;

/**
 * Reads and type-checks a query as Prometheus 3.5 does. Spans are UTF-16 offsets into `text`. Linear in the text.
 * @throws ParseError with Prometheus' own message, position included
 */
export function parseQuery(text: string, options: ParseOptions): Expr {
  const reader = new TokenReader(text);
  if (reader.peek().kind === 'end') throw reader.fail(0, 'no expression found in input');
  let depth = 0;
  const parse: ParseContext = {
    reader,
    options,
    budget: { size: maxRepeatedSize },
    parseExpression: () => {
      depth += 1;
      // Prometheus has no such bound; its stack grows, ours does not.
      if (depth > maxDepth) throw reader.fail(reader.peek().start, `expression nests deeper than ${maxDepth} levels`);
      const expr = parseBinary(parse, 1);
      depth -= 1;
      return expr;
    },
  };
  try {
    const expr = parse.parseExpression();
    const rest = reader.peek();
    if (rest.kind !== 'end') throw reader.unexpected(rest, '');
    checkTypes(expr, reader);
    return expr;
  } catch (error) {
    // Signs and operators in thousands: the depth above counts only parentheses.
    if (error instanceof RangeError) throw reader.fail(0, 'expression nests too deeply');
    throw error;
  }
}

function parseBinary(parse: ParseContext, least: number): Expr {
  const { reader } = parse;
  let left = parseUnary(parse);
  for (;;) {
    const token = reader.peek();
    const operator = token.text.toLowerCase();
    const level = token.kind === 'operator' ? (precedence[operator] ?? 0) : 0;
    if (level < least || operator === '@') return left;
    reader.next();
    const { bool, matching } = parseBinaryModifiers(reader);
    const right = parseBinary(parse, operator === '^' ? level : level + 1);
    const span = { start: left.span.start, end: right.span.end };
    left = { kind: 'binary', operator: operator as BinaryOperator, left, right, bool, matching, span };
  }
}

function parseUnary(parse: ParseContext): Expr {
  const { reader } = parse;
  const sign = reader.accept('-') ?? reader.accept('+');
  if (sign === undefined) return parsePostfix(parse, parseOperand(parse));
  const operand = parseBinary(parse, unaryOperandLevel);
  const span = { start: sign.start, end: operand.span.end };
  if (operand.kind === 'number') {
    return { ...operand, value: sign.text === '-' ? -operand.value : operand.value, span };
  }
  return { kind: 'unary', operator: sign.text as '+' | '-', operand, span };
}
