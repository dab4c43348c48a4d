import { METRIC_NAME } from '../../model/label-set.ts';
import type { Aggregation, BinaryExpr, Call, Expr, ValueType, VectorSelector } from '../ast/ast.ts';
import { documentedType, valueTypeOf } from '../ast/value-type.ts';
import { functionSignature } from '../functions/signatures.ts';
import { goQuote } from '../lexer/go-quote.ts';
import type { TokenReader } from './token-reader.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/**
 * The checks that Prometheus makes once a query can be read, in its order and words. Brings vector matchings into the
 * form that evaluation wants: none between anything but vectors, many-to-many for set operators.
 * @throws ParseError at the first that fails
 */
export function checkTypes(expr: Expr, reader: TokenReader): void {
  switch (expr.kind) {
    case 'aggregation':
      checkAggregation(expr, reader);
      break;
    case 'binary':
      checkBinary(expr, reader);
      break;
    case 'call':
      checkCall(expr, reader);
      break;
    case 'paren':
      checkTypes(expr.inner, reader);
      break;
    case 'unary':
      checkTypes(expr.operand, reader);
      checkUnary(expr, reader);
      break;
    case 'subquery':
      checkTypes(expr.expr, reader);
      if (valueTypeOf(expr.expr) !== 'vector') {
        const found = valueTypeOf(expr.expr);
        throw reader.fail(expr.span.start, `subquery is only allowed on instant vector, got ${found} instead`);
      }
      break;
    case 'matrix-selector':
      checkSelector(expr.selector, reader);
      break;
    case 'vector-selector':
      checkSelector(expr, reader);
      break;
    default:
      break;
  }
}

function expectType(
  expr: Expr,
  wanted: ValueType,
  { context, reader }: { context: string; reader: TokenReader },
): void {
  checkTypes(expr, reader);
  const found = valueTypeOf(expr);
  if (found === wanted) return;
  const types = `expected type ${documentedType(wanted)} in ${context}, got ${documentedType(found)}`;
  throw reader.fail(expr.span.start, types);
}

function checkAggregation({ operator, expr, parameter }: Aggregation, reader: TokenReader): void {
  expectType(expr, 'vector', { context: 'aggregation expression', reader });
  if (parameter === undefined) return;
  const wanted = operator === 'count_values' ? 'string' : 'scalar';
  expectType(parameter, wanted, { context: 'aggregation parameter', reader });
}

function checkBinary(expr: BinaryExpr, reader: TokenReader): void {
  const { left, right, operator } = expr;
  checkTypes(left, reader);
  checkTypes(right, reader);
  const types = [valueTypeOf(left), valueTypeOf(right)];
  const areScalars = types.every((type) => type === 'scalar');
  const isComparison = comparisons.has(operator);
  const at = operatorOffset(expr, reader.text);
  if (expr.bool && !isComparison) throw reader.fail(at, 'bool modifier can only be used on comparison operators');
  if (isComparison && !expr.bool && areScalars) {
    throw reader.fail(at, 'comparisons between scalars must use BOOL modifier');
  }
  const { matching } = expr;
  const both = matching?.on === true ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
  if (both !== undefined) {
    throw reader.fail(at, `label ${goQuote(both)} must not occur in ON and GROUP clause at once`);
  }
  for (const side of [left, right]) {
    if (['scalar', 'vector'].includes(valueTypeOf(side))) continue;
    throw reader.fail(side.span.start, 'binary expression must contain only scalar and instant vector types');
  }
  checkMatching(expr, types.every((type) => type === 'vector') ? 'vectors' : 'other', reader);
}

function checkMatching(expr: BinaryExpr, operands: 'vectors' | 'other', reader: TokenReader): void {
  const { operator, matching, span } = expr;
  const isSet = setOperators.has(operator);
  const mutable = expr as { -readonly [K in keyof BinaryExpr]: BinaryExpr[K] };
  if (operands === 'other') {
    if ((matching?.labels.length ?? 0) > 0) {
      throw reader.fail(span.start, 'vector matching only allowed between instant vectors');
    }
    delete mutable.matching;
    if (isSet) throw reader.fail(span.start, `set operator "${operator}" not allowed in binary scalar expression`);
    return;
  }
  if (!isSet || matching === undefined) return;
  if (matching.card !== 'one-to-one') throw reader.fail(span.start, `no grouping allowed for "${operator}" operation`);
  mutable.matching = { ...matching, card: 'many-to-many' };
}

/** Where the operator stands: behind the left operand and what blanks follow it. */
function operatorOffset({ left }: BinaryExpr, text: string): number {
  const blanks = /^(?:\s|#[^\n\r]*)*/.exec(text.slice(left.span.end));
  return left.span.end + (blanks?.[0].length ?? 0);
}

function checkCall(call: Call, reader: TokenReader): void {
  const { args, variadic, name } = functionSignature(call.function)!;
  const given = call.args.length;
  const refuse = (wish: string): Error =>
    reader.fail(call.span.start, `expected ${wish} argument(s) in call to "${name}", got ${given}`);
  if (variadic === 0 && given !== args.length) throw refuse(String(args.length));
  if (variadic !== 0 && given < args.length - 1) throw refuse(`at least ${args.length - 1}`);
  if (variadic > 0 && given > args.length - 1 + variadic) throw refuse(`at most ${args.length - 1 + variadic}`);
  for (const [i, arg] of call.args.entries()) {
    const wanted = args[Math.min(i, args.length - 1)]!;
    if (name === 'info' && i === 1) {
      checkInfoSelector(arg, reader);
      continue;
    }
    expectType(arg, wanted, { context: `call to function "${name}"`, reader });
  }
}

/** The second argument of `info` is a list of matchers in the guise of a selector. */
function checkInfoSelector(arg: Expr, reader: TokenReader): void {
  // Prometheus stumbles here and says no more than this.
  if (arg.kind !== 'vector-selector') throw reader.complete('unexpected error');
  if (arg.name !== undefined) {
    throw reader.fail(arg.span.start, 'expected label selectors only, got vector selector instead');
  }
}

function checkUnary({ operand, span }: Extract<Expr, { kind: 'unary' }>, reader: TokenReader): void {
  const type = valueTypeOf(operand);
  if (type === 'scalar' || type === 'vector') return;
  const wish = 'unary expression only allowed on expressions of type scalar or instant vector';
  throw reader.fail(span.start, `${wish}, got "${documentedType(type)}"`);
}

function checkSelector({ name, matchers, span }: VectorSelector, reader: TokenReader): void {
  const names = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  if (name !== undefined) {
    const other = names.slice(0, -1)[0];
    if (other === undefined) return;
    const both = `${goQuote(name)} or ${goQuote(other.value)}`;
    throw reader.fail(span.start, `metric name must not be set twice: ${both}`);
  }
  if (matchers.every((matcher) => matcher.accepts(''))) {
    throw reader.fail(span.start, 'vector selector must contain at least one non-empty matcher');
  }
}
