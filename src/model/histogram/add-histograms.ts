import { combineBuckets, usesCustomBuckets } from './buckets.ts';
import type { CounterResetHint, FloatHistogram } from './float-histogram.ts';
import { closeHistogram, openHistogram } from './open-histogram.ts';
import { widenZeroBucket } from './zero-bucket.ts';

/** Why two histograms cannot be added: exponential against custom buckets, or custom buckets with other bounds. */
export type Incompatibility = 'schemas' | 'bounds';

export type HistogramSum =
  | {
      readonly histogram: FloatHistogram;
      /** One was said to follow a counter reset, the other not to. */
      readonly hasResetCollision: boolean;
    }
  | { readonly incompatible: Incompatibility };

/** a + b, at the lower of their resolutions and the wider of their zero buckets. */
export function addHistograms(a: FloatHistogram, b: FloatHistogram): HistogramSum {
  return combine(a, b, 1);
}

/** a - b, as {@link addHistograms}. Buckets may become negative. */
export function subtractHistograms(a: FloatHistogram, b: FloatHistogram): HistogramSum {
  return combine(a, b, -1);
}

function combine(a: FloatHistogram, b: FloatHistogram, sign: 1 | -1): HistogramSum {
  const incompatible = incompatibility(a, b);
  if (incompatible !== undefined) return { incompatible };
  const schema = Math.min(a.schema, b.schema);
  const threshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  let x = widenZeroBucket(openHistogram(a, schema), threshold);
  let y = widenZeroBucket(openHistogram(b, schema), threshold);
  // What one swallowed may have made its zero bucket wider than the other's.
  while (x.zeroThreshold !== y.zeroThreshold) {
    x = widenZeroBucket(x, y.zeroThreshold);
    y = widenZeroBucket(y, x.zeroThreshold);
  }
  const plus = (p: number, q: number): number => p + sign * q;
  const { hint, isCollision } = combineHints(a.counterResetHint, b.counterResetHint);
  const histogram = closeHistogram(
    {
      schema,
      zeroThreshold: x.zeroThreshold,
      zeroCount: plus(x.zeroCount, y.zeroCount),
      positive: combineBuckets(x.positive, y.positive, plus),
      negative: combineBuckets(x.negative, y.negative, plus),
    },
    {
      count: plus(a.count, b.count),
      sum: plus(a.sum, b.sum),
      counterResetHint: hint,
      customValues: a.customValues,
    },
  );
  return { histogram, hasResetCollision: isCollision };
}

/** Whether two histograms have buckets of kinds that do not go together. */
export function incompatibility(a: FloatHistogram, b: FloatHistogram): Incompatibility | undefined {
  if (usesCustomBuckets(a) !== usesCustomBuckets(b)) return 'schemas';
  if (!usesCustomBuckets(a)) return undefined;
  const isSame =
    a.customValues.length === b.customValues.length && a.customValues.every((v, i) => v === b.customValues[i]);
  return isSame ? undefined : 'bounds';
}

function combineHints(a: CounterResetHint, b: CounterResetHint): { hint: CounterResetHint; isCollision: boolean } {
  if (a === b) return { hint: a, isCollision: false };
  if (a === 'gauge' || b === 'gauge') return { hint: 'gauge', isCollision: false };
  return { hint: 'unknown', isCollision: a !== 'unknown' && b !== 'unknown' };
}
