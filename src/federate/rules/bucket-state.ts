import { addCompensated, compensatedValue, mergeCompensated, type Cells } from './float-aggregation.ts';
import type { Buckets } from './bucket-quantile.ts';

/** Summed buckets of one group as triples [bound, sum, compensation], bounds unique. */
export type BucketState = number[];

const width = 3;

/** Adds the count of one bucket series. */
export function addBucket(state: BucketState, bound: number, count: number): void {
  addCompensated(state, cellsOf(state, bound), count);
}

/** Adds the buckets of another shard. Bounds that only one side has stay: Prometheus sums per bound too. */
export function mergeBuckets(state: BucketState, other: Cells): void {
  for (let i = 0; i < other.length; i += width) mergeCompensated(state, cellsOf(state, other[i]!), other, i + 1);
}

/** The buckets in ascending order of their bounds. */
export function toBuckets(state: BucketState): Buckets {
  const order: number[] = [];
  for (let i = 0; i < state.length; i += width) order.push(i);
  order.sort((a, b) => (state[a]! < state[b]! ? -1 : 1));
  return { bounds: order.map((i) => state[i]!), counts: order.map((i) => compensatedValue(state, i + 1)) };
}

export function bucketCount(state: BucketState): number {
  return state.length / width;
}

/** Index of the sum of a bound's bucket, which is created when lacking. Histograms have few buckets: a scan is enough. */
function cellsOf(state: BucketState, bound: number): number {
  for (let i = 0; i < state.length; i += width) {
    if (state[i] === bound) return i + 1;
  }
  state.push(bound, 0, 0);
  return state.length - 2;
}
