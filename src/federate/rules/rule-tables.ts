import type { CompiledRule } from './compile-rules.ts';
import type { SharedKeys } from './shared-keys.ts';
import type { Grouping } from './group-labels.ts';
import {
  createBucketTable,
  createGroupBudget,
  createGroupTable,
  type BucketTable,
  type GroupTable,
} from './group-table.ts';
import { streamId, type PartialStream, type StreamName } from './partial-aggregates.ts';
import { stateIdentity } from './state-identity.ts';
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

export interface RuleTableOptions {
  readonly maxGroupsPerRule: number;
  readonly maxWeightedSeries: number;
  /** Of all rules of the shard. */
  readonly sharedKeys: SharedKeys;
}

export function createRuleTables({ index, config }: CompiledRule, options: RuleTableOptions): RuleTables {
  const description = `aggregation rule ${index} (source ${JSON.stringify(config.source)})`;
  const table = {
    budget: createGroupBudget(options.maxGroupsPerRule, description),
    sharedKeys: options.sharedKeys,
  };
  const floats = new Map<string, GroupTable>();
  const buckets = new Map<string, BucketTable>();

  return {
    grouping: config,
    weights: createWeightJoin(options.maxWeightedSeries, description),
    floats(partialName) {
      const name: StreamName = { ...partialName, rule: index };
      const identity = stateIdentity(partialName.kind);
      return ensure(floats, streamId(name), () => createGroupTable(name, identity, table));
    },
    buckets(record) {
      const name: StreamName = { rule: index, kind: 'buckets', role: 'record', name: record };
      return ensure(buckets, streamId(name), () => createBucketTable(name, table));
    },
    streams: () => [...floats.values(), ...buckets.values()].flatMap((table) => table.toStream() ?? []),
  };
}

function ensure<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
