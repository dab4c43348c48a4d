import { fromIndexed, reduceResolution, toIndexed } from './buckets.ts';
import type { FloatHistogram } from './float-histogram.ts';
import type { OpenHistogram } from './zero-bucket.ts';

/** Takes a histogram apart, buckets as wide as those of `schema` (not above its own). */
export function openHistogram(histogram: FloatHistogram, schema: number = histogram.schema): OpenHistogram {
  return {
    schema,
    zeroThreshold: histogram.zeroThreshold,
    zeroCount: histogram.zeroCount,
    positive: reduceResolution(toIndexed(histogram.positiveSpans, histogram.positiveBuckets), histogram.schema, schema),
    negative: reduceResolution(toIndexed(histogram.negativeSpans, histogram.negativeBuckets), histogram.schema, schema),
  };
}

/** Puts a histogram together again. */
export function closeHistogram(
  open: OpenHistogram,
  rest: Pick<FloatHistogram, 'count' | 'sum' | 'counterResetHint' | 'customValues'>,
): FloatHistogram {
  const positive = fromIndexed(open.positive);
  const negative = fromIndexed(open.negative);
  return {
    counterResetHint: rest.counterResetHint,
    schema: open.schema,
    zeroThreshold: open.zeroThreshold,
    zeroCount: open.zeroCount,
    count: rest.count,
    sum: rest.sum,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customValues: rest.customValues,
  };
}
