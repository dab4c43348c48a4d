import { equalHistograms } from '../../model/histogram/equal-histograms.ts';
import { detectReset } from '../../model/histogram/detect-reset.ts';
import { addHistograms } from '../../model/histogram/add-histograms.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { divideHistogram } from '../../model/histogram/scale-histogram.ts';
import { HISTOGRAM } from '../../model/raw-series.ts';
import type { FunctionContext, FunctionImplementation, RangeKernel, SeriesWindows } from './function-context.ts';
import { KahanSum } from './kahan-sum.ts';
import { quantile } from './quantile.ts';
import { RunningMean } from './running-mean.ts';
import { addNoted, type HistogramNotes } from './histogram-steps.ts';
import {
  contentOf,
  floatKernel,
  floatsOf,
  histogramsOf,
  noteMixed,
  write,
  type FloatSamples,
} from './window-samples.ts';
import { badQuantile, warning } from './warnings.ts';

/** `sum_over_time` and its like: one value out of the samples of a window. */
export const overTimeFunctions: Readonly<Record<string, FunctionImplementation>> = {
  sum_over_time: { shape: 'range', kernel: eitherKernel(sum, (points, notes) => sumHistograms(points, notes)) },
  avg_over_time: { shape: 'range', kernel: eitherKernel(mean, averageHistograms) },
  min_over_time: { shape: 'range', kernel: floatKernel(({ values }) => extreme(values, (a, b) => a < b)) },
  max_over_time: { shape: 'range', kernel: floatKernel(({ values }) => extreme(values, (a, b) => a > b)) },
  stddev_over_time: { shape: 'range', kernel: floatKernel(({ values }) => Math.sqrt(variance(values))) },
  stdvar_over_time: { shape: 'range', kernel: floatKernel(({ values }) => variance(values)) },
  mad_over_time: { shape: 'range', kernel: floatKernel(({ values }) => medianDeviation(values)) },
  quantile_over_time: { shape: 'range', kernel: floatKernel(quantileOverTime) },
  count_over_time: { shape: 'range', kernel: countKernel((count) => count) },
  present_over_time: { shape: 'range', kernel: countKernel(() => 1) },
  first_over_time: { shape: 'range', kernel: pickKernel((from) => from), keepsName: true },
  last_over_time: { shape: 'range', kernel: pickKernel((_from, to) => to - 1), keepsName: true },
  changes: { shape: 'range', kernel: pairKernel(changed, (a, b) => !equalHistograms(a, b)) },
  resets: {
    shape: 'range',
    kernel: pairKernel(
      (a, b) => b < a,
      (a, b) => detectReset(b, a),
    ),
  },
  ts_of_first_over_time: { shape: 'range', kernel: timeKernel((from) => from) },
  ts_of_last_over_time: { shape: 'range', kernel: timeKernel((_from, to) => to - 1) },
  ts_of_max_over_time: { shape: 'range', kernel: floatKernel((samples) => timeOf(samples, (a, b) => a >= b)) },
  ts_of_min_over_time: { shape: 'range', kernel: floatKernel((samples) => timeOf(samples, (a, b) => a <= b)) },
};

function sum({ values }: FloatSamples): number {
  const kahan = new KahanSum();
  for (let k = 0; k < values.length; k++) kahan.add(values[k]!);
  return kahan.value;
}

function mean({ values }: FloatSamples): number {
  const running = new RunningMean();
  for (let k = 0; k < values.length; k++) running.add(values[k]!);
  return running.value;
}

/** Floats or histograms, but not both in one window. */
function eitherKernel(
  ofFloats: (samples: FloatSamples) => number,
  ofHistograms: (points: readonly FloatHistogram[], notes: HistogramNotes) => FloatHistogram | undefined,
): RangeKernel {
  return (windows, output, context) => {
    for (let step = 0; step < windows.from.length; step++) {
      const from = windows.from[step]!;
      const to = windows.to[step]!;
      const content = contentOf(windows, from, to);
      if (content === 'mixed') noteMixed(windows, context);
      else if (content === 'floats') write(output, step, ofFloats(floatsOf(windows, step, content)));
      else if (content === 'histograms') {
        const { annotations, argSpans } = context;
        const notes = { annotations, labels: windows.series.labels, span: argSpans[0]! };
        const result = ofHistograms(histogramsOf(windows, from, to), notes);
        if (result !== undefined) output.setHistogram(step, result);
      }
    }
  };
}

function sumHistograms(points: readonly FloatHistogram[], notes: HistogramNotes): FloatHistogram | undefined {
  noteResetCollision(points, notes);
  let total: FloatHistogram | undefined = points[0];
  for (const point of points.slice(1)) {
    if (total === undefined) return undefined;
    total = addNoted(total, point, notes);
  }
  return total;
}

/** Counter resets within the window make its sum neither a counter nor a gauge. */
function noteResetCollision(points: readonly FloatHistogram[], { annotations, span }: HistogramNotes): void {
  const hints = new Set(points.map(({ counterResetHint }) => counterResetHint));
  if (!hints.has('reset') || !hints.has('no-reset')) return;
  annotations.add(warning('conflicting counter resets during histogram addition', span));
}

function averageHistograms(points: readonly FloatHistogram[], notes: HistogramNotes): FloatHistogram | undefined {
  noteResetCollision(points, notes);
  let average = points[0]!;
  for (const [i, point] of points.entries()) {
    if (i === 0) continue;
    const count = i + 1;
    const share = addHistograms(divideHistogram(point, count), scaled(average, -1 / count));
    if ('incompatible' in share) return addNoted(average, point, notes);
    const next = addHistograms(average, share.histogram);
    if ('incompatible' in next) return undefined;
    average = { ...next.histogram, counterResetHint: hintOf(average, point) };
  }
  return average;
}

function scaled(histogram: FloatHistogram, factor: number): FloatHistogram {
  return { ...divideHistogram(histogram, 1 / factor), counterResetHint: histogram.counterResetHint };
}

function hintOf(a: FloatHistogram, b: FloatHistogram): FloatHistogram['counterResetHint'] {
  const result = addHistograms(a, b);
  return 'histogram' in result ? result.histogram.counterResetHint : 'unknown';
}

/** The extreme value; NaN only where there is nothing else. */
function extreme(values: Float64Array, isBetter: (a: number, b: number) => boolean): number {
  let best = values[0]!;
  for (let k = 1; k < values.length; k++) {
    const value = values[k]!;
    if (isBetter(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
}

function variance(values: Float64Array): number {
  const average = new KahanSum();
  const squares = new KahanSum();
  for (let k = 0; k < values.length; k++) {
    const delta = values[k]! - (average.sum + average.compensation);
    average.add(delta / (k + 1));
    squares.add(delta * (values[k]! - (average.sum + average.compensation)));
  }
  return (squares.sum + squares.compensation) / values.length;
}

function medianDeviation(values: Float64Array): number {
  const median = quantile(0.5, values.slice());
  return quantile(
    0.5,
    values.map((value) => Math.abs(value - median)),
  );
}

function quantileOverTime({ values }: FloatSamples, step: number, context: FunctionContext): number {
  const phi = context.scalars[0]![step]!;
  if (Number.isNaN(phi) || phi < 0 || phi > 1) context.annotations.add(badQuantile(phi, context.argSpans[0]!));
  return quantile(phi, values.slice());
}

function countKernel(map: (count: number) => number): RangeKernel {
  return (windows, output) => {
    for (let step = 0; step < windows.from.length; step++) {
      const count = windows.to[step]! - windows.from[step]!;
      if (count > 0) write(output, step, map(count));
    }
  };
}

type Pick = (from: number, to: number) => number;

function pickKernel(pick: Pick): RangeKernel {
  return (windows, output) => {
    const { kinds, values, histograms } = windows.series;
    for (let step = 0; step < windows.from.length; step++) {
      if (windows.from[step]! >= windows.to[step]!) continue;
      const index = pick(windows.from[step]!, windows.to[step]!);
      if (kinds?.[index] === HISTOGRAM) output.setHistogram(step, histograms![index]!);
      else write(output, step, values[index]);
    }
  };
}

function timeKernel(pick: Pick): RangeKernel {
  return (windows, output) => {
    for (let step = 0; step < windows.from.length; step++) {
      if (windows.from[step]! >= windows.to[step]!) continue;
      write(output, step, windows.series.timestampsMs[pick(windows.from[step]!, windows.to[step]!)]! / 1000);
    }
  };
}

function timeOf({ timestampsMs, values }: FloatSamples, isBetter: (a: number, b: number) => boolean): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) {
    if (isBetter(values[k]!, values[best]!) || Number.isNaN(values[best])) best = k;
  }
  return timestampsMs[best]! / 1000;
}

function changed(a: number, b: number): boolean {
  return a !== b && !(Number.isNaN(a) && Number.isNaN(b));
}

/** Counts neighbours that differ in a way; a change between a float and a histogram counts always. */
function pairKernel(
  floats: (before: number, after: number) => boolean,
  histograms: (before: FloatHistogram, after: FloatHistogram) => boolean,
): RangeKernel {
  return (windows, output) => {
    for (let step = 0; step < windows.from.length; step++) {
      const from = windows.from[step]!;
      const to = windows.to[step]!;
      if (from >= to) continue;
      let count = 0;
      for (let k = from + 1; k < to; k++) if (differs(windows, k, { floats, histograms })) count += 1;
      write(output, step, count);
    }
  };
}

interface Differences {
  readonly floats: (before: number, after: number) => boolean;
  readonly histograms: (before: FloatHistogram, after: FloatHistogram) => boolean;
}

function differs({ series }: SeriesWindows, index: number, differences: Differences): boolean {
  const { kinds, values } = series;
  if (kinds === undefined || kinds[index] !== HISTOGRAM) {
    return kinds?.[index - 1] === HISTOGRAM || differences.floats(values[index - 1]!, values[index]!);
  }
  if (kinds[index - 1] !== HISTOGRAM) return true;
  return differences.histograms(series.histograms![index - 1]!, series.histograms![index]!);
}
