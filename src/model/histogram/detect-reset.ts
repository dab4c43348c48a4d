import { incompatibility } from './add-histograms.ts';
import { usesCustomBuckets, type IndexedBuckets } from './buckets.ts';
import type { FloatHistogram } from './float-histogram.ts';
import { openHistogram } from './open-histogram.ts';
import { widenZeroBucket } from './zero-bucket.ts';

/** Whether a counter was reset between two histograms of one series: a hint that says so, or anything that got smaller. */
export function detectReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  if (current.counterResetHint === 'reset') return true;
  if (current.counterResetHint === 'no-reset') return false;
  if (current.count < previous.count) return true;
  if (incompatibility(current, previous) !== undefined) return true;
  if (usesCustomBuckets(current)) {
    return shrinks(openHistogram(current).positive, openHistogram(previous).positive);
  }
  if (current.schema > previous.schema || current.zeroThreshold < previous.zeroThreshold) return true;
  const open = openHistogram(current);
  // The wider zero bucket takes whole buckets at the resolution of the older histogram.
  const widened = widenZeroBucket(openHistogram(previous), current.zeroThreshold);
  if (widened.zeroThreshold !== current.zeroThreshold || current.zeroCount < widened.zeroCount) return true;
  const before = widenZeroBucket(openHistogram(previous, current.schema), current.zeroThreshold);
  return shrinks(open.positive, before.positive) || shrinks(open.negative, before.negative);
}

/** Whether a bucket of `before` holds less in `now`. */
function shrinks(now: IndexedBuckets, before: IndexedBuckets): boolean {
  let k = 0;
  for (const [i, index] of before.indices.entries()) {
    while (k < now.indices.length && now.indices[k]! < index) k++;
    const count = now.indices[k] === index ? now.counts[k]! : 0;
    if (count < before.counts[i]!) return true;
  }
  return false;
}
