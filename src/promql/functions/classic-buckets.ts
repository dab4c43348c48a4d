/** One bucket of a classic histogram: the count of observations up to a bound. */
export interface ClassicBucket {
  readonly upperBound: number;
  readonly count: number;
}

/** What was done to buckets whose counts were not ascending. */
export interface BucketRepairs {
  wasForced: boolean;
}

/** Differences below this are noise of floating point arithmetic. */
const smallDelta = 1e-12;

/**
 * The buckets ascending by bound, equal bounds added up, counts made ascending; undefined where there is no +Inf bucket
 * or only one.
 */
export function repairBuckets(buckets: readonly ClassicBucket[], repairs: BucketRepairs): ClassicBucket[] | undefined {
  const sorted = [...buckets].sort((a, b) => a.upperBound - b.upperBound);
  if (sorted.at(-1)?.upperBound !== Infinity) return undefined;
  const merged: { upperBound: number; count: number }[] = [];
  for (const { upperBound, count } of sorted) {
    const last = merged.at(-1);
    if (last?.upperBound === upperBound) last.count += count;
    else merged.push({ upperBound, count });
  }
  let previous = merged[0]!.count;
  for (const bucket of merged) {
    if (bucket.count === previous) continue;
    if (isClose(previous, bucket.count)) bucket.count = previous;
    else if (bucket.count < previous) {
      bucket.count = previous;
      repairs.wasForced = true;
    } else previous = bucket.count;
  }
  return merged.length < 2 ? undefined : merged;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) / (Math.abs(a) + Math.abs(b)) < smallDelta;
}

/** The φ-quantile of repaired buckets, linear within a bucket. */
export function classicQuantile(phi: number, buckets: readonly ClassicBucket[] | undefined): number {
  if (Number.isNaN(phi)) return NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  if (buckets === undefined) return NaN;
  const total = buckets.at(-1)!.count;
  if (total === 0) return NaN;
  let rank = phi * total;
  const found = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  if (found === -1) return buckets.at(-2)!.upperBound;
  const { upperBound, count } = buckets[found]!;
  if (found === 0) return upperBound <= 0 ? upperBound : upperBound * (rank / count);
  const below = buckets[found - 1]!;
  rank -= below.count;
  return below.upperBound + (upperBound - below.upperBound) * (rank / (count - below.count));
}

/** The share of observations between two values, linear within a bucket. */
export function classicFraction(lower: number, upper: number, buckets: readonly ClassicBucket[] | undefined): number {
  if (buckets === undefined) return NaN;
  const total = buckets.at(-1)!.count;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / total;
}

/** How many observations lie below a value. */
function rankOf(value: number, buckets: readonly ClassicBucket[]): number {
  let below = 0;
  for (const [i, { upperBound, count }] of buckets.entries()) {
    const lowerBound = i === 0 ? -Infinity : buckets[i - 1]!.upperBound;
    if (lowerBound >= value) return below;
    if (upperBound > value) {
      // Nothing can be said of a part of a bucket without a lower bound: NaN.
      return below + ((count - below) * (value - lowerBound)) / (upperBound - lowerBound);
    }
    below = count;
  }
  return below;
}
