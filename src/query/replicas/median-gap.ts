/**
 * The median distance of neighbouring timestamps, ms; Infinity for fewer than two. Of an even number of gaps the lower
 * middle one, so that it is always a gap that occurs. O(n log n).
 */
export function medianGapMs(timestampsMs: Float64Array): number {
  if (timestampsMs.length < 2) return Infinity;
  const gaps = new Float64Array(timestampsMs.length - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = timestampsMs[i + 1]! - timestampsMs[i]!;
  gaps.sort();
  return gaps[(gaps.length - 1) >> 1]!;
}
