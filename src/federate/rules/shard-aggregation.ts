import { labelValue, type LabelSet } from '../../model/label-set.ts';
import { parseBucketBound } from './bucket-bound.ts';
import { addBucket } from './bucket-state.ts';
import type { CompiledRules } from './compile-rules.ts';
import { floatAggregations, type FloatOperation } from './float-aggregation.ts';
import { createSharedKeys } from './shared-keys.ts';
import { createGroupLabels } from './group-labels.ts';
import type { NameUse } from './name-uses.ts';
import { maxRefusals, type PartialAggregates, type RatioUse, type Refusal } from './partial-aggregates.ts';
import { createRuleTables, type RuleTables } from './rule-tables.ts';

export interface ShardAggregationLimits {
  /** Groups that one rule may make of one shard; 0 = no limit. */
  readonly maxGroupsPerRule: number;
  /** Series of one shard held to match `avg` sources with their weights, per rule; 0 = no limit. */
  readonly maxWeightedSeries?: number;
}

/**
 * Takes one series: its full output label set (shard labels included, metric name not), value and sample timestamp in
 * Unix ms; a timestamp that is not finite says that the sample had none. `labels` is not kept.
 * @throws GatewayError `PG_LIMIT_GROUPS`
 */
type AddSeries = (labels: LabelSet, value: number, timestampMs: number) => void;

/** Aggregates the series of one shard for one answer. */
export interface ShardAggregation {
  /** What takes the series of a metric; undefined when no rule reads it. May be asked more than once for one name. */
  family(name: string): AddSeries | undefined;
  /** To be read once, at the end of the shard's answer. */
  result(): PartialAggregates;
}

const defaultMaxWeightedSeries = 200_000;

export function createShardAggregation(rules: CompiledRules, limits: ShardAggregationLimits): ShardAggregation {
  const { maxGroupsPerRule, maxWeightedSeries = defaultMaxWeightedSeries } = limits;
  const options = { maxGroupsPerRule, maxWeightedSeries, sharedKeys: createSharedKeys() };
  const tables = rules.rules.map((rule) => createRuleTables(rule, options));
  const ratios = new Map<string, RatioUse>();
  const refusals = new Map<string, Refusal>();
  let badBuckets = 0;

  const adderOf = (use: NameUse, name: string): AddSeries | undefined => {
    const ruleTables = tables[use.rule]!;
    switch (use.as) {
      case 'value':
        return valueAdder(ruleTables, { role: 'record', name: use.record, operation: use.operation });
      case 'term':
        return valueAdder(ruleTables, { role: 'term', name, operation: 'sum' });
      case 'weighted':
        return sourceAdder(ruleTables, use.record, use.weight);
      case 'weight':
        return weightAdder(ruleTables, name);
      case 'bucket':
        return bucketAdder(ruleTables, use.record, () => {
          badBuckets += 1;
        });
      case 'trigger': {
        const { rule, record, numerator, denominator } = use;
        ratios.set(`${rule} ${name}`, { rule, record, numerator, denominator });
        return undefined;
      }
      case 'refused':
        if (refusals.size < maxRefusals)
          refusals.set(`${use.rule} ${name}`, { rule: use.rule, name, reason: use.reason });
        return undefined;
    }
  };

  return {
    family: (name) => combine(rules.uses(name).uses.flatMap((use) => adderOf(use, name) ?? [])),
    result: () => ({
      streams: tables.flatMap((ruleTables) => ruleTables.streams()),
      ratios: [...ratios.values()],
      refusals: [...refusals.values()],
      unweighted: tables.reduce((sum, ruleTables) => sum + ruleTables.weights.unmatched(), 0),
      badBuckets,
    }),
  };
}

function combine(adders: readonly AddSeries[]): AddSeries | undefined {
  if (adders.length <= 1) return adders[0];
  return (labels, value, timestampMs) => {
    for (const add of adders) add(labels, value, timestampMs);
  };
}

interface ValueStream {
  readonly role: 'record' | 'term';
  readonly name: string;
  readonly operation: FloatOperation;
}

function valueAdder(tables: RuleTables, { role, name, operation }: ValueStream): AddSeries {
  const table = tables.floats({ kind: operation, role, name });
  const groupLabels = createGroupLabels(tables.grouping);
  const aggregation = floatAggregations[operation];
  return (labels, value, timestampMs) => {
    const at = table.cellsOf(groupLabels.keyOf(labels), orNow(timestampMs));
    aggregation.add(table.cells, at, value);
  };
}

function sourceAdder(tables: RuleTables, record: string, weightName: string): AddSeries {
  const table = tables.floats({ kind: 'avg', role: 'record', name: record });
  const groupLabels = createGroupLabels(tables.grouping);
  return (labels, value, timestampMs) => {
    const groupKey = groupLabels.keyOf(labels);
    tables.weights.addSource(weightName, labels, { table, groupKey, value, timestampMs: orNow(timestampMs) });
  };
}

function weightAdder(tables: RuleTables, weightName: string): AddSeries {
  return (labels, value, timestampMs) => {
    tables.weights.addWeight(weightName, labels, { value, timestampMs: orNow(timestampMs) });
  };
}

function bucketAdder(tables: RuleTables, record: string, onBadBucket: () => void): AddSeries {
  const table = tables.buckets(record);
  const groupLabels = createGroupLabels({ ...tables.grouping, drop: 'le' });
  return (labels, value, timestampMs) => {
    const bound = parseBucketBound(labelValue(labels, 'le'));
    if (bound === undefined) return onBadBucket();
    addBucket(table.stateOf(groupLabels.keyOf(labels), orNow(timestampMs)), bound, value);
  };
}

/** A sample without a timestamp is newer than all that have one: it counts as of the time of combining. */
function orNow(timestampMs: number): number {
  return Number.isFinite(timestampMs) ? timestampMs : Infinity;
}
