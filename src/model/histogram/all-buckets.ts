import { lowerBound, upperBound } from './bucket-bounds.ts';
import { toIndexed, usesCustomBuckets } from './buckets.ts';
import type { FloatHistogram } from './float-histogram.ts';

export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** Every bucket that holds observations, from the lowest values to the highest, the zero bucket among them. */
export function allBuckets(histogram: FloatHistogram): Bucket[] {
  const { schema, customValues, zeroCount, zeroThreshold } = histogram;
  const negative = toIndexed(histogram.negativeSpans, histogram.negativeBuckets);
  const positive = toIndexed(histogram.positiveSpans, histogram.positiveBuckets);
  const buckets: Bucket[] = [];
  for (let i = negative.indices.length - 1; i >= 0; i--) {
    const index = negative.indices[i]!;
    const lower = -upperBound(index, schema, customValues);
    const upper = -lowerBound(index, schema, customValues);
    buckets.push({ lower, upper, lowerInclusive: true, upperInclusive: false, count: negative.counts[i]! });
  }
  if (zeroCount > 0) {
    const bounds = { lower: -zeroThreshold, upper: zeroThreshold };
    buckets.push({ ...bounds, lowerInclusive: true, upperInclusive: true, count: zeroCount });
  }
  for (const [i, index] of positive.indices.entries()) {
    const lower = lowerBound(index, schema, customValues);
    const upper = upperBound(index, schema, customValues);
    const lowerInclusive = usesCustomBuckets(histogram) && index === 0;
    buckets.push({ lower, upper, lowerInclusive, upperInclusive: true, count: positive.counts[i]! });
  }
  return buckets;
}
