import { GatewayError } from '../../model/errors.ts';
import { bucketCount, type BucketState } from './bucket-state.ts';
import type { SharedKeys } from './shared-keys.ts';
import type { PartialStream, StreamName } from './partial-aggregates.ts';
import { resizeColumn } from './resize-column.ts';

/** Counts the groups of one rule over all its streams. */
export interface GroupBudget {
  /** @throws GatewayError `PG_LIMIT_GROUPS` */
  spend(): void;
}

/** `max` 0 = no limit. `name` describes the rule. */
export function createGroupBudget(max: number, name: string): GroupBudget {
  let groups = 0;
  return {
    spend() {
      groups += 1;
      if (max > 0 && groups > max)
        throw tooMany(
          `${name} makes more groups of one shard than max_groups_per_rule ${max}; group by fewer labels or raise the limit`,
          'max_groups_per_rule',
          max,
        );
    },
  };
}

/** Groups of one stream in columns: a state of a fixed number of cells each. */
export interface GroupTable {
  /** Index of the first cell of the group's state in {@link cells}, which is created when lacking. */
  cellsOf(key: string, timestampMs: number): number;
  /** Replaced when it grows: read it after {@link cellsOf}. */
  readonly cells: Float64Array;
  /** Undefined without a group. Ends the life of the table. */
  toStream(): PartialStream | undefined;
}

export interface GroupTableOptions {
  readonly budget: GroupBudget;
  readonly sharedKeys: SharedKeys;
}

/** @param identity the state of a new group */
export function createGroupTable(
  name: StreamName,
  identity: readonly number[],
  { budget, sharedKeys }: GroupTableOptions,
): GroupTable {
  const width = identity.length;
  const indexes = new Map<string, number>();
  let cells = new Float64Array(16 * width);
  let timestampsMs = new Float64Array(16);

  const grow = (): void => {
    cells = resizeColumn(cells, cells.length * 2);
    timestampsMs = resizeColumn(timestampsMs, timestampsMs.length * 2);
  };
  const create = (key: string): number => {
    budget.spend();
    const index = indexes.size;
    if (index === timestampsMs.length) grow();
    indexes.set(sharedKeys.intern(key), index);
    cells.set(identity, index * width);
    timestampsMs[index] = -Infinity;
    return index;
  };

  return {
    cellsOf(key, timestampMs) {
      const index = indexes.get(key) ?? create(key);
      if (timestampMs > timestampsMs[index]!) timestampsMs[index] = timestampMs;
      return index * width;
    },
    get cells() {
      return cells;
    },
    toStream() {
      if (indexes.size === 0) return undefined;
      return {
        ...name,
        keys: sharedKeys.list([...indexes.keys()]),
        timestampsMs: resizeColumn(timestampsMs, indexes.size),
        states: resizeColumn(cells, indexes.size * width),
        offsets: Uint32Array.from({ length: indexes.size + 1 }, (_, i) => i * width),
      };
    },
  };
}

/** Groups of one stream whose states grow: summed buckets. */
export interface BucketTable {
  /** Valid for one bucket. @throws GatewayError `PG_LIMIT_GROUPS` when the group has more buckets than it may have. */
  stateOf(key: string, timestampMs: number): BucketState;
  /** Undefined without a group. */
  toStream(): PartialStream | undefined;
}

/** Buckets of one group; the classic histograms that people use have tens. */
const maxBuckets = 1000;

export function createBucketTable(name: StreamName, { budget, sharedKeys }: GroupTableOptions): BucketTable {
  const groups = new Map<string, { state: BucketState; timestampMs: number }>();

  return {
    stateOf(key, timestampMs) {
      let group = groups.get(key);
      if (group === undefined) {
        budget.spend();
        group = { state: [], timestampMs };
        groups.set(sharedKeys.intern(key), group);
      }
      if (timestampMs > group.timestampMs) group.timestampMs = timestampMs;
      if (bucketCount(group.state) > maxBuckets) {
        throw tooMany(`a group of ${name.name} has more than ${maxBuckets} buckets`, 'buckets', maxBuckets);
      }
      return group.state;
    },
    toStream() {
      if (groups.size === 0) return undefined;
      const all = [...groups.values()];
      const offsets = new Uint32Array(all.length + 1);
      for (const [i, { state }] of all.entries()) offsets[i + 1] = offsets[i]! + state.length;
      return {
        ...name,
        keys: sharedKeys.list([...groups.keys()]),
        timestampsMs: Float64Array.from(all, (group) => group.timestampMs),
        states: Float64Array.from(all.flatMap((group) => group.state)),
        offsets,
      };
    },
  };
}

export function tooMany(message: string, limit: string, max: number): GatewayError {
  return new GatewayError('PG_LIMIT_GROUPS', message, { details: { limit, max } });
}
