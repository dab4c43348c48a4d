import { allBuckets } from '../../model/histogram/all-buckets.ts';
import { usesCustomBuckets } from '../../model/histogram/buckets.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { KahanSum } from './kahan-sum.ts';

/** The variance of a native histogram's observations, each taken for the middle of its bucket. */
export function histogramVariance(histogram: FloatHistogram): number {
  const mean = histogram.sum / histogram.count;
  const squares = new KahanSum();
  for (const { lower, upper, count } of allBuckets(histogram)) {
    const delta = middleOf({ lower, upper }, histogram, mean) - mean;
    squares.add(count * delta * delta);
  }
  return (squares.sum + squares.compensation) / histogram.count;
}

function middleOf({ lower, upper }: { lower: number; upper: number }, histogram: FloatHistogram, mean: number): number {
  if (usesCustomBuckets(histogram)) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(Math.abs(upper * lower));
  return Number.isNaN(mean) ? NaN : upper < 0 ? -middle : middle;
}
