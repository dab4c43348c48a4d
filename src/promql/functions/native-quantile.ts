import { allBuckets, type Bucket } from '../../model/histogram/all-buckets.ts';
import { usesCustomBuckets } from '../../model/histogram/buckets.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';

/** What NaN observations did to a result. */
export type NanEffect = 'none' | 'result-is-nan' | 'result-is-skewed';

/** The φ-quantile of a native histogram. @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile */
export function nativeQuantile(phi: number, histogram: FloatHistogram): { value: number; nan: NanEffect } {
  if (phi < 0) return { value: -Infinity, nan: 'none' };
  if (phi > 1) return { value: Infinity, nan: 'none' };
  if (histogram.count === 0 || Number.isNaN(phi)) return { value: NaN, nan: 'none' };
  const hasNan = Number.isNaN(histogram.sum);
  // NaN observations are in the count but in no bucket: then only counting from below is right.
  const isForward = hasNan || phi < 0.5;
  const buckets = allBuckets(histogram);
  if (!isForward) buckets.reverse();
  let rank = (isForward ? phi : 1 - phi) * histogram.count;
  let count = 0;
  let found: Bucket = { lower: 0, upper: 0, lowerInclusive: true, upperInclusive: true, count: 0 };
  for (const bucket of buckets) {
    found = bucket;
    count += bucket.count;
    if (count >= rank) break;
  }
  count = Math.min(count, histogram.count);
  if (count < rank && hasNan) return { value: NaN, nan: 'result-is-nan' };
  const nan = hasNan ? 'result-is-skewed' : 'none';
  rank = isForward ? rank - (count - found.count) : count - rank;
  return { value: interpolate(histogram, found, rank / found.count), nan };
}

function interpolate(histogram: FloatHistogram, bucket: Bucket, fraction: number): number {
  const isCustom = usesCustomBuckets(histogram);
  let { lower, upper } = isCustom ? bucket : oneSided(histogram, bucket);
  if (isCustom) {
    if (lower === -Infinity) {
      if (upper <= 0) return upper;
      lower = 0;
    } else if (upper === Infinity) return lower;
  }
  if (isCustom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

/** The zero bucket of a histogram with observations of one sign only ends at zero. */
function oneSided(
  { negativeBuckets, positiveBuckets }: FloatHistogram,
  bucket: Bucket,
): { lower: number; upper: number } {
  const { lower, upper } = bucket;
  if (!(lower < 0 && upper > 0)) return { lower, upper };
  if (negativeBuckets.length === 0 && positiveBuckets.length > 0) return { lower: 0, upper };
  if (positiveBuckets.length === 0 && negativeBuckets.length > 0) return { lower, upper: 0 };
  return { lower, upper };
}

/** The share of observations between two values. NaN observations are in no share. */
export function nativeFraction(lower: number, upper: number, histogram: FloatHistogram): number {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const buckets = allBuckets(histogram);
  return (rankOf(upper, histogram, buckets) - rankOf(lower, histogram, buckets)) / histogram.count;
}

function rankOf(value: number, histogram: FloatHistogram, buckets: readonly Bucket[]): number {
  const isCustom = usesCustomBuckets(histogram);
  let below = 0;
  for (const bucket of buckets) {
    const isZero = bucket.lower <= 0 && bucket.upper >= 0;
    let { lower, upper } = isCustom ? bucket : oneSided(histogram, bucket);
    if (isCustom && lower === -Infinity && upper > 0) lower = 0;
    if (lower >= value) return below;
    if (upper > value) return below + bucket.count * shareBelow(value, { lower, upper }, isCustom || isZero);
    below += bucket.count;
  }
  return Math.min(below, histogram.count);
}

function shareBelow(value: number, { lower, upper }: { lower: number; upper: number }, isLinear: boolean): number {
  if (upper === Infinity || lower === -Infinity) return 0;
  if (isLinear) return (value - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  if (value > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}
