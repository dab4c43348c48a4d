/** Cumulative classic buckets: `counts[i]` observations are at most `bounds[i]`. Bounds ascend and are unique. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Relative difference up to which two neighbouring counts are taken for one: rounding of sums of rates. */
const tolerance = 1e-12;
const leastNormal = 2 ** -1022;

/**
 * The quantile `q` (0..1) as Prometheus' `histogram_quantile` computes it from classic buckets: NaN without a +Inf
 * bucket, with fewer than two buckets or without observations; counts are made monotonic first; linear interpolation
 * inside the bucket found, from 0 in a first bucket with a positive bound; the highest finite bound when the quantile
 * lies above it. O(buckets).
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function bucketQuantile(q: number, { bounds, counts: rawCounts }: Buckets): number {
  const last = bounds.length - 1;
  if (bounds[last] !== Infinity || last < 1) return Number.NaN;
  const counts = toMonotonic(rawCounts);
  const observations = counts[last]!;
  if (observations === 0) return Number.NaN;
  const rank = q * observations;
  const found = firstAtLeast(counts, rank);
  if (found === last) return bounds[last - 1]!;
  const end = bounds[found]!;
  if (found === 0) return end <= 0 ? end : end * (rank / counts[0]!);
  const start = bounds[found - 1]!;
  const below = counts[found - 1]!;
  return start + (end - start) * ((rank - below) / (counts[found]! - below));
}

/** Index of the first count that reaches `rank`, the last bucket when none before it does. */
function firstAtLeast(counts: readonly number[], rank: number): number {
  // Halving rather than scanning: where counts are NaN the two differ, and Prometheus halves.
  let low = 0;
  let high = counts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (counts[middle]! >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Counts may fall where shards were read at different moments: a lower or nearly equal count takes the one before. */
function toMonotonic(counts: readonly number[]): number[] {
  const monotonic = [...counts];
  let before = counts[0]!;
  for (let i = 1; i < counts.length; i++) {
    const count = counts[i]!;
    if (count < before || isNearlyEqual(before, count)) monotonic[i] = before;
    else before = count;
  }
  return monotonic;
}

function isNearlyEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const magnitude = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || magnitude < leastNormal) return difference < tolerance * leastNormal;
  return difference / Math.min(magnitude, Number.MAX_VALUE) < tolerance;
}
