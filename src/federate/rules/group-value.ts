import { bucketQuantile } from './bucket-quantile.ts';
import { mergeBuckets, toBuckets } from './bucket-state.ts';
import type { Contribution } from './contribution-memory.ts';
import { floatAggregations, type StateKind } from './float-aggregation.ts';
import { averageIdentity, averageValue, mergeAverages } from './weighted-average.ts';

/**
 * The value of a group from its shards' contributions, merged in their order. `quantile` is read for buckets only.
 */
export function groupValue(kind: StateKind, contributions: readonly Contribution[], quantile: number): number {
  if (kind === 'buckets') {
    const merged: number[] = [];
    for (const { state } of contributions) mergeBuckets(merged, state);
    return bucketQuantile(quantile, toBuckets(merged));
  }
  if (kind === 'avg') {
    const merged = [...averageIdentity];
    for (const { state } of contributions) mergeAverages(merged, 0, state, 0);
    return averageValue(merged, 0);
  }
  const aggregation = floatAggregations[kind];
  const merged = [...aggregation.identity];
  for (const { state } of contributions) aggregation.merge(merged, 0, state, 0);
  return aggregation.value(merged, 0);
}
