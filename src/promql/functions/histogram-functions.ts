import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { ABSENT, PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from '../engine/series-block.ts';
import type { FunctionImplementation } from './function-context.ts';
import { histogramFraction, histogramQuantile } from './histogram-shares.ts';
import { histogramVariance } from './histogram-moments.ts';

/** Functions of native histograms, and of classic ones where their names allow it. Floats are left out of the first. */
export const histogramFunctions: Readonly<Record<string, FunctionImplementation>> = {
  histogram_count: ofHistogram(({ count }) => count),
  histogram_sum: ofHistogram(({ sum }) => sum),
  histogram_avg: ofHistogram(({ sum, count }) => sum / count),
  histogram_stdvar: ofHistogram(histogramVariance),
  histogram_stddev: ofHistogram((histogram) => Math.sqrt(histogramVariance(histogram))),
  histogram_quantile: { shape: 'vector', kernel: ([vector], context) => histogramQuantile(vector!, context) },
  histogram_fraction: { shape: 'vector', kernel: ([vector], context) => histogramFraction(vector!, context) },
};

function ofHistogram(compute: (histogram: FloatHistogram) => number): FunctionImplementation {
  return { shape: 'block', kernel: (block) => mapHistograms(block, compute) };
}

function mapHistograms(block: SeriesBlock, compute: (histogram: FloatHistogram) => number): SeriesBlock {
  const { present, values, histograms, ...rest } = block;
  for (let at = 0; at < present.length; at++) {
    if (present[at] === PRESENT_HISTOGRAM) {
      values[at] = compute(histograms![at]!);
      present[at] = PRESENT;
    } else present[at] = ABSENT;
  }
  return { ...rest, present, values };
}
