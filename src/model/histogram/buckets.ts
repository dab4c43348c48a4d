import type { BucketSpan, FloatHistogram } from './float-histogram.ts';

/** The buckets of one side by their index: ascending, unique, counts of equal length; none with count 0 unless said. */
export interface IndexedBuckets {
  readonly indices: readonly number[];
  readonly counts: readonly number[];
}

export const CUSTOM_SCHEMA: number = -53;

export function usesCustomBuckets({ schema }: Pick<FloatHistogram, 'schema'>): boolean {
  return schema === CUSTOM_SCHEMA;
}

/** Takes spans apart; buckets without observations are left out. */
export function toIndexed(spans: readonly BucketSpan[], buckets: Float64Array): IndexedBuckets {
  const indices: number[] = [];
  const counts: number[] = [];
  let index = 0;
  let k = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++, k++) {
      const count = buckets[k]!;
      if (count === 0) continue;
      indices.push(index);
      counts.push(count);
    }
  }
  return { indices, counts };
}

/** The reverse of {@link toIndexed}: one span for each run of neighbours. */
export function fromIndexed({ indices, counts }: IndexedBuckets): { spans: BucketSpan[]; buckets: Float64Array } {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indices) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length += 1;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return { spans, buckets: Float64Array.from(counts) };
}

/** Merges two sides: `combine(a, b)` for each index of either, 0 where it is missing. Empty results are left out. */
export function combineBuckets(
  a: IndexedBuckets,
  b: IndexedBuckets,
  combine: (a: number, b: number) => number,
): IndexedBuckets {
  const indices: number[] = [];
  const counts: number[] = [];
  for (let i = 0, k = 0; i < a.indices.length || k < b.indices.length;) {
    const x = a.indices[i] ?? Infinity;
    const y = b.indices[k] ?? Infinity;
    const count = combine(x <= y ? a.counts[i++]! : 0, y <= x ? b.counts[k++]! : 0);
    if (count === 0) continue;
    indices.push(Math.min(x, y));
    counts.push(count);
  }
  return { indices, counts };
}

/** The same observations in the wider buckets of a lower schema. */
export function reduceResolution(buckets: IndexedBuckets, from: number, to: number): IndexedBuckets {
  if (from === to) return buckets;
  const indices: number[] = [];
  const counts: number[] = [];
  for (const [i, index] of buckets.indices.entries()) {
    const target = ((index - 1) >> (from - to)) + 1;
    if (indices.at(-1) === target) counts[counts.length - 1]! += buckets.counts[i]!;
    else {
      indices.push(target);
      counts.push(buckets.counts[i]!);
    }
  }
  return { indices, counts };
}
