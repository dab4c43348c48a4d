import { bucketQuantile } from './bucket-quantile.ts';
import { mergeBuckets, toBuckets } from './bucket-state.ts';
import { floatAggregations, type StateKind } from './float-aggregation.ts';
import type { StateColumn } from './state-column.ts';
import { averageIdentity, averageValue, mergeAverages } from './weighted-average.ts';

export interface GroupStates {
  readonly kind: StateKind;
  readonly states: Pick<StateColumn, 'cells' | 'at'>;
  /** The slots to merge, in the order of their shards. */
  readonly slots: readonly number[];
}

/** The value of a group from its shards' contributions. `quantile` is read for buckets only. */
export function groupValue({ kind, states, slots }: GroupStates, quantile: number): number {
  if (kind === 'buckets') {
    const merged: number[] = [];
    for (const slot of slots) mergeBuckets(merged, states.cells(slot));
    return bucketQuantile(quantile, toBuckets(merged));
  }
  if (kind === 'avg') {
    const merged = [...averageIdentity];
    for (const slot of slots) mergeAverages(merged, 0, states.cells(slot), states.at(slot));
    return averageValue(merged, 0);
  }
  const aggregation = floatAggregations[kind];
  const merged = [...aggregation.identity];
  for (const slot of slots) aggregation.merge(merged, 0, states.cells(slot), states.at(slot));
  return aggregation.value(merged, 0);
}
