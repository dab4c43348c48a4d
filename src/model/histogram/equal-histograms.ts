import { toIndexed } from './buckets.ts';
import { incompatibility } from './add-histograms.ts';
import type { FloatHistogram } from './float-histogram.ts';

/** Whether two histograms hold the same, however their spans are cut; hints do not count. `same` compares numbers. */
export function equalHistograms(
  a: FloatHistogram,
  b: FloatHistogram,
  same: (a: number, b: number) => boolean = Object.is,
): boolean {
  return (
    a.schema === b.schema &&
    incompatibility(a, b) === undefined &&
    same(a.count, b.count) &&
    same(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    same(a.zeroCount, b.zeroCount) &&
    equalSides([a.positiveSpans, a.positiveBuckets], [b.positiveSpans, b.positiveBuckets], same) &&
    equalSides([a.negativeSpans, a.negativeBuckets], [b.negativeSpans, b.negativeBuckets], same)
  );
}

type Side = readonly [FloatHistogram['positiveSpans'], Float64Array];

function equalSides(a: Side, b: Side, same: (a: number, b: number) => boolean): boolean {
  const x = toIndexed(...a);
  const y = toIndexed(...b);
  return (
    x.indices.length === y.indices.length &&
    x.indices.every((index, i) => index === y.indices[i] && same(x.counts[i]!, y.counts[i]!))
  );
}
