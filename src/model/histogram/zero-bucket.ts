import { lowerBound, upperBound } from './bucket-bounds.ts';
import type { IndexedBuckets } from './buckets.ts';

/** A histogram with exponential buckets taken apart; both sides at the same schema. */
export interface OpenHistogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: IndexedBuckets;
  readonly negative: IndexedBuckets;
}

/**
 * The same observations with a zero bucket at least as wide as `threshold`: as much wider as it takes to swallow whole
 * the populated bucket that the threshold falls into.
 */
export function widenZeroBucket(histogram: OpenHistogram, threshold: number): OpenHistogram {
  if (threshold <= histogram.zeroThreshold) return histogram;
  let wanted = threshold;
  for (;;) {
    const wider = Math.max(
      reach(histogram.positive, histogram.schema, wanted),
      reach(histogram.negative, histogram.schema, wanted),
    );
    if (wider === wanted) break;
    wanted = wider;
  }
  const positive = split(histogram.positive, histogram.schema, wanted);
  const negative = split(histogram.negative, histogram.schema, wanted);
  return {
    schema: histogram.schema,
    zeroThreshold: wanted,
    zeroCount: histogram.zeroCount + positive.swallowed + negative.swallowed,
    positive: positive.rest,
    negative: negative.rest,
  };
}

/** The threshold, or the bound of the populated bucket that it would cut. */
function reach({ indices }: IndexedBuckets, schema: number, threshold: number): number {
  for (const index of indices) {
    if (lowerBound(index, schema, []) >= threshold) return threshold;
    const upper = upperBound(index, schema, []);
    if (upper > threshold) return upper;
  }
  return threshold;
}

function split(
  { indices, counts }: IndexedBuckets,
  schema: number,
  threshold: number,
): { swallowed: number; rest: IndexedBuckets } {
  let swallowed = 0;
  let from = 0;
  while (from < indices.length && lowerBound(indices[from]!, schema, []) < threshold) swallowed += counts[from++]!;
  return { swallowed, rest: { indices: indices.slice(from), counts: counts.slice(from) } };
}
