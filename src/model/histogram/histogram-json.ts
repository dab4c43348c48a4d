import { allBuckets, type Bucket } from './all-buckets.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** The form of a native histogram in answers of the query API; what a number looks like is the caller's. */
export function histogramJson(histogram: FloatHistogram, formatNumber: (value: number) => string): string {
  const buckets = allBuckets(histogram).map((bucket) => {
    const numbers = [bucket.lower, bucket.upper, bucket.count].map((value) => `"${formatNumber(value)}"`);
    return `[${boundariesCode(bucket)},${numbers.join(',')}]`;
  });
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":"${formatNumber(histogram.count)}","sum":"${formatNumber(histogram.sum)}"${list}}`;
}

/** 0 = (lower, upper], 1 = [lower, upper), 2 = (lower, upper), 3 = [lower, upper]. */
function boundariesCode({ lowerInclusive, upperInclusive }: Bucket): number {
  if (lowerInclusive) return upperInclusive ? 3 : 1;
  return upperInclusive ? 0 : 2;
}
