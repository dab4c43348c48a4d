import type { AggregationOperator, Expr } from '../ast/ast.ts';
import { functionSignature } from '../functions/signatures.ts';
import type { Token } from '../lexer/token.ts';
import { unquoteString } from '../lexer/unquote-string.ts';
import { isMetricNameToken } from '../selector/selector-tokens.ts';
import { parseGroupingLabels } from './parse-grouping.ts';
import type { ParseContext } from './parse-context.ts';
import { readDurationMs, readNumber } from './read-number.ts';
import { startsOperand } from './starts-operand.ts';
import { parseVectorSelector } from './parse-selector-expr.ts';

/** A literal, selector, call, aggregation or parenthesised expression, without what may follow it. */
export function parseOperand(parse: ParseContext): Expr {
  const { reader } = parse;
  const token = reader.peek();
  if (token.kind === 'number' || token.kind === 'duration') return parseNumber(parse);
  if (token.kind === 'string') {
    reader.next();
    return { kind: 'string', value: unquoteString(token.text), span: { start: token.start, end: reader.end } };
  }
  if (reader.is('(')) return parseParen(parse);
  if (reader.is('{')) return parseVectorSelector(parse, undefined);
  const following = reader.peek(1);
  if (token.kind === 'aggregator' && /^(?:\(|by|without)$/i.test(following.text)) return parseAggregation(parse);
  if (token.kind === 'identifier' && following.text === '(') return parseCall(parse);
  if (!isMetricNameToken(token)) throw reader.unexpected(token, '');
  reader.next();
  return parseVectorSelector(parse, token);
}

function parseNumber({ reader }: ParseContext): Expr {
  const token = reader.next();
  const span = { start: token.start, end: reader.end };
  if (token.kind === 'number') return { kind: 'number', value: readNumber(reader, token), isDuration: false, span };
  return { kind: 'number', value: readDurationMs(reader, token) / 1000, isDuration: true, span };
}

function parseParen(parse: ParseContext): Expr {
  const { reader } = parse;
  const { start } = reader.next();
  const inner = parse.parseExpression();
  reader.expect(')', '', '');
  return { kind: 'paren', inner, span: { start, end: reader.end } };
}

function parseCall(parse: ParseContext): Expr {
  const { reader, options } = parse;
  const name = reader.next();
  const args = parseArguments(parse);
  const signature = functionSignature(name.text);
  if (signature === undefined) throw reader.fail(name.start, `unknown function with name "${name.text}"`);
  if (signature.isExperimental && !options.experimentalFunctions) {
    throw reader.fail(name.start, `function "${name.text}" is not enabled`);
  }
  return { kind: 'call', function: name.text, args, span: { start: name.start, end: reader.end } };
}

function parseArguments(parse: ParseContext): Expr[] {
  const { reader } = parse;
  reader.expect('(', 'aggregation', '');
  const args: Expr[] = [];
  if (reader.accept(')') !== undefined) return args;
  for (;;) {
    args.push(parse.parseExpression());
    const comma = reader.accept(',');
    if (comma === undefined) break;
    if (!startsOperand(reader.peek())) {
      reader.refuseError();
      throw reader.fail(comma.start, 'trailing commas not allowed in function call args');
    }
  }
  reader.expect(')', '', '');
  return args;
}

const withParameter: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

interface Grouping {
  readonly grouping: readonly string[];
  readonly without: boolean;
}

function parseAggregation(parse: ParseContext): Expr {
  const { reader } = parse;
  const operator = reader.next();
  const before = parseGrouping(parse);
  reader.openAggregations += 1;
  const args = parseArguments(parse);
  reader.openAggregations -= 1;
  const closing = reader.end;
  const grouping = before ?? parseGrouping(parse) ?? { grouping: [], without: false };
  if (before === undefined && reader.end === closing) reader.refuseError();
  return toAggregation(parse, operator, { args, grouping });
}

function parseGrouping({ reader }: ParseContext): Grouping | undefined {
  if (!reader.is('by') && !reader.is('without')) return undefined;
  const without = reader.next().text.toLowerCase() === 'without';
  return { grouping: parseGroupingLabels(reader), without };
}

function toAggregation(
  { reader, options }: ParseContext,
  { start, text }: Token,
  { args, grouping }: { args: readonly Expr[]; grouping: Grouping },
): Expr {
  const operator = text.toLowerCase() as AggregationOperator;
  const span = { start, end: reader.end };
  if (args.length === 0) throw reader.fail(start, 'no arguments for aggregate expression provided');
  if ((operator === 'limitk' || operator === 'limit_ratio') && !options.experimentalFunctions) {
    const flag = '--enable-feature=promql-experimental-functions';
    throw reader.fail(start, `${operator}() is experimental and must be enabled with ${flag}`);
  }
  const wanted = withParameter.has(operator) ? 2 : 1;
  if (args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`;
    throw reader.fail(start, `wrong number of arguments for aggregate expression provided, ${counts}`);
  }
  const parameter = wanted === 2 ? { parameter: args[0]! } : {};
  return { kind: 'aggregation', operator, expr: args.at(-1)!, ...parameter, ...grouping, span };
}
