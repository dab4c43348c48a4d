import type { Aggregation, BinaryExpr, Call, Expr } from '../ast/ast.ts';
import { picksSeries } from '../ast/picks-series.ts';
import { hasSeries, valueTypeOf } from '../ast/value-type.ts';
import { isConstant, perSeriesFunctions } from './series-wise.ts';
import type { PlanShard } from './plan-shard.ts';

/** What there is to know of the labels of a fleet's shards. */
export interface ShardLabels {
  /** All of them. */
  readonly names: ReadonlySet<string>;
  /** Of those, one by whose value alone every series is known to be of its shard; undefined = there is none. */
  readonly telling: string | undefined;
}

export function shardLabelsOf(shards: readonly PlanShard[]): ShardLabels {
  const names = new Set(shards.flatMap(({ labels }) => Object.keys(labels)));
  const telling = [...names].find(
    (name) =>
      shards.every(({ labels, ownsLabels }) => name in labels && ownsLabels.includes(name)) &&
      new Set(shards.map(({ labels }) => labels[name])).size === shards.length,
  );
  return { names, telling };
}

/**
 * Which labels of the shards the result carries of a vector that each shard can evaluate for its own series alone, the
 * whole being the union; undefined where it cannot be told or is not so. Series of two shards never meet below it: every
 * grouping and every match keeps the label that tells shards apart. @see spec §6
 */
export function perShardLabels(expr: Expr, { names, telling }: ShardLabels): readonly string[] | undefined {
  if (telling === undefined || !isPerShard(expr, { names, telling })) return undefined;
  const carried: string[] = [];
  for (const name of names) {
    const isCarried = carries(expr, name);
    if (isCarried === undefined) return undefined;
    if (isCarried) carried.push(name);
  }
  return carried;
}

interface Telling {
  readonly names: ReadonlySet<string>;
  readonly telling: string;
}

/** Functions that look at several series of one shard, but only at such that differ in other labels than the shard's. */
const perGroup: ReadonlySet<string> = new Set(
  (
    'histogram_quantile histogram_fraction histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar ' +
    'label_replace label_join'
  ).split(' '),
);

function isPerShard(expr: Expr, fleet: Telling): boolean {
  switch (expr.kind) {
    case 'vector-selector':
    case 'matrix-selector':
      return true;
    case 'paren':
      return isPerShard(expr.inner, fleet);
    case 'unary':
      return isPerShard(expr.operand, fleet);
    case 'subquery':
      // Without a step each server would take its own.
      return expr.step !== undefined && isPerShard(expr.expr, fleet);
    case 'call':
      return isPerShardCall(expr, fleet);
    case 'aggregation':
      return isPerShardAggregation(expr, fleet);
    case 'binary':
      return isPerShardBinary(expr, fleet);
    default:
      return false;
  }
}

function isPerShardCall({ function: name, args }: Call, fleet: Telling): boolean {
  if (args.length === 0 || !(perSeriesFunctions.has(name) || perGroup.has(name))) return false;
  return args.every((arg) => {
    const type = valueTypeOf(arg);
    if (type === 'string') return !mentions(arg, fleet.names);
    return type === 'scalar' ? isConstant(arg) : isPerShard(arg, fleet);
  });
}

function isPerShardAggregation(expr: Aggregation, fleet: Telling): boolean {
  const { parameter, grouping, without } = expr;
  // Such as `topk` keep the labels of series from groups that lack them.
  const groupsByShard = grouping.includes(fleet.telling) !== without;
  if (parameter !== undefined && mentions(parameter, fleet.names)) return false;
  const isFixed = parameter === undefined || parameter.kind === 'string' || isConstant(parameter);
  return isFixed && groupsByShard && isPerShard(expr.expr, fleet) && carries(expr, fleet.telling) === true;
}

function isPerShardBinary(expr: BinaryExpr, fleet: Telling): boolean {
  const { left, right, matching } = expr;
  if (matching === undefined) {
    if (isConstant(left)) return isPerShard(right, fleet);
    return isConstant(right) && isPerShard(left, fleet);
  }
  if (matching.include.some((name) => fleet.names.has(name))) return false;
  const meetsInShard = matching.labels.includes(fleet.telling) === matching.on;
  const carried = [left, right].every((side) => isPerShard(side, fleet) && carries(side, fleet.telling) === true);
  return meetsInShard && carried && carries(expr, fleet.telling) === true;
}

function mentions(expr: Expr, names: ReadonlySet<string>): boolean {
  return expr.kind === 'string' && [...names].some((name) => expr.value.includes(name));
}

/** Whether all series of a vector carry a label of their shard, or none; undefined where it cannot be told. */
function carries(expr: Expr, label: string): boolean | undefined {
  switch (expr.kind) {
    case 'vector-selector':
    case 'matrix-selector':
      return true;
    case 'paren':
      return carries(expr.inner, label);
    case 'unary':
      return carries(expr.operand, label);
    case 'subquery':
      return carries(expr.expr, label);
    case 'call': {
      const operand = expr.args.find(hasSeries);
      return operand === undefined ? undefined : carries(operand, label);
    }
    case 'aggregation': {
      const inner = carries(expr.expr, label);
      if (picksSeries(expr.operator)) return inner;
      return expr.grouping.includes(label) === expr.without ? false : inner;
    }
    case 'binary':
      return carriedByBinary(expr, label);
    default:
      return undefined;
  }
}

function carriedByBinary({ left, right, operator, matching }: BinaryExpr, label: string): boolean | undefined {
  if (matching === undefined) return carries(valueTypeOf(left) === 'vector' ? left : right, label);
  if (operator === 'and' || operator === 'unless') return carries(left, label);
  if (operator === 'or') return carries(left, label) === carries(right, label) ? carries(left, label) : undefined;
  if (matching.card === 'many-to-one') return carries(left, label);
  if (matching.card === 'one-to-many') return carries(right, label);
  return matching.labels.includes(label) === matching.on ? carries(left, label) : false;
}
