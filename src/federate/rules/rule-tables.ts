import type { CompiledRule } from './compile-rules.ts';
import { floatAggregations } from './float-aggregation.ts';
import type { Grouping } from './group-labels.ts';
import {
  createBucketTable,
  createGroupBudget,
  createGroupTable,
  type BucketTable,
  type GroupTable,
} from './group-table.ts';
import { streamId, type PartialStream, type StreamName } from './partial-aggregates.ts';
import { averageIdentity } from './weighted-average.ts';
import { createWeightJoin, type WeightJoin } from './weight-join.ts';

/** Everything one rule gathers from one shard. */
export interface RuleTables {
  readonly grouping: Grouping;
  readonly weights: WeightJoin;
  floats(name: FloatStreamName): GroupTable;
  buckets(record: string): BucketTable;
  /** Streams without a group are left out. */
  streams(): PartialStream[];
}

type FloatStreamName = Omit<StreamName, 'rule' | 'kind'> & {
  readonly kind: Exclude<StreamName['kind'], 'buckets'>;
};

export interface RuleTableLimits {
  readonly maxGroupsPerRule: number;
  readonly maxWeightedSeries: number;
}

export function createRuleTables({ index, config }: CompiledRule, limits: RuleTableLimits): RuleTables {
  const description = `aggregation rule ${index} (source ${JSON.stringify(config.source)})`;
  const budget = createGroupBudget(limits.maxGroupsPerRule, description);
  const floats = new Map<string, GroupTable>();
  const buckets = new Map<string, BucketTable>();

  return {
    grouping: config,
    weights: createWeightJoin(limits.maxWeightedSeries, description),
    floats(partialName) {
      const name: StreamName = { ...partialName, rule: index };
      const identity = partialName.kind === 'avg' ? averageIdentity : floatAggregations[partialName.kind].identity;
      return ensure(floats, streamId(name), () => createGroupTable(name, identity, budget));
    },
    buckets(record) {
      const name: StreamName = { rule: index, kind: 'buckets', role: 'record', name: record };
      return ensure(buckets, streamId(name), () => createBucketTable(name, budget));
    },
    streams: () =>
      [...floats.values(), ...buckets.values()]
        .map((table) => table.toStream())
        .filter((stream) => stream.keys.length > 0),
  };
}

function ensure<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
