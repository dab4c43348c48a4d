import type { FloatHistogram } from './float-histogram.ts';

/** Every count and the sum times `factor`. A negative factor makes a gauge of it. */
export function scaleHistogram(histogram: FloatHistogram, factor: number): FloatHistogram {
  return mapCounts(histogram, (count) => count * factor, factor < 0);
}

/** Every count and the sum divided by `divisor`; by 0 the buckets are gone. */
export function divideHistogram(histogram: FloatHistogram, divisor: number): FloatHistogram {
  const divided = mapCounts(histogram, (count) => count / divisor, divisor < 0);
  if (divisor !== 0) return divided;
  const empty = new Float64Array(0);
  return { ...divided, positiveSpans: [], positiveBuckets: empty, negativeSpans: [], negativeBuckets: empty };
}

function mapCounts(histogram: FloatHistogram, map: (count: number) => number, becomesGauge: boolean): FloatHistogram {
  return {
    ...histogram,
    zeroCount: map(histogram.zeroCount),
    count: map(histogram.count),
    sum: map(histogram.sum),
    positiveBuckets: histogram.positiveBuckets.map(map),
    negativeBuckets: histogram.negativeBuckets.map(map),
    ...(becomesGauge ? { counterResetHint: 'gauge' as const } : {}),
  };
}
