import { detectReset } from '../../model/histogram/detect-reset.ts';
import { scaleHistogram } from '../../model/histogram/scale-histogram.ts';
import { subtractHistograms } from '../../model/histogram/add-histograms.ts';
import { HISTOGRAM } from '../../model/raw-series.ts';
import { METRIC_NAME, labelValue } from '../../model/label-set.ts';
import { goQuote } from '../lexer/go-quote.ts';
import type {
  FunctionContext,
  FunctionImplementation,
  OutputRow,
  RangeKernel,
  SeriesWindows,
} from './function-context.ts';
import { histogramGrowth, noteIncompatible, noteNotCounter, noteNotGauge } from './histogram-steps.ts';
import { contentOf, histogramsOf, noteMixed, write } from './window-samples.ts';
import { info } from './warnings.ts';

interface RateOptions {
  readonly isCounter: boolean;
  readonly isRate: boolean;
}

/** `rate`, `increase`, `delta`, `irate`, `idelta`. @see https://prometheus.io/docs/prometheus/latest/querying/functions/#rate */
export const rateFunctions: Readonly<Record<string, FunctionImplementation>> = {
  rate: { shape: 'range', kernel: extrapolated({ isCounter: true, isRate: true }) },
  increase: { shape: 'range', kernel: extrapolated({ isCounter: true, isRate: false }) },
  delta: { shape: 'range', kernel: extrapolated({ isCounter: false, isRate: false }) },
  irate: { shape: 'range', kernel: instantaneous({ isRate: true }) },
  idelta: { shape: 'range', kernel: instantaneous({ isRate: false }) },
};

function extrapolated(options: RateOptions): RangeKernel {
  return (windows, output, context) => {
    let gaveFloat = false;
    for (let step = 0; step < windows.from.length; step++) {
      const from = windows.from[step]!;
      const to = windows.to[step]!;
      if (to - from < 2) {
        continue;
      }
      const content = contentOf(windows, from, to);
      if (content === 'mixed') noteMixed(windows, context);
      else if (content === 'histograms') histogramRate({ windows, step, output, context }, options);
      else {
        write(output, step, floatRate(windows, step, options));
        gaveFloat = true;
      }
    }
    if (gaveFloat && options.isCounter) noteUnlikelyCounter(windows, context);
  };
}

const counterName = /_(?:total|sum|count|bucket)$/;

function noteUnlikelyCounter({ series }: SeriesWindows, { annotations, argSpans }: FunctionContext): void {
  const name = labelValue(series.labels, METRIC_NAME);
  if (name === '' || counterName.test(name)) return;
  const reason = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket:';
  annotations.add(info(`${reason} ${goQuote(name)}`, argSpans[0]!));
}

function floatRate(windows: SeriesWindows, step: number, options: RateOptions): number {
  const from = windows.from[step]!;
  const to = windows.to[step]!;
  const { values } = windows.series;
  let result = values[to - 1]! - values[from]!;
  if (options.isCounter) {
    for (let k = from + 1, previous = values[from]!; k < to; k++) {
      const value = values[k]!;
      if (value < previous) result += previous;
      previous = value;
    }
  }
  const start = options.isCounter && result > 0 && values[from]! >= 0 ? values[from]! / result : Infinity;
  return result * extrapolation(windows, step, { ...options, start });
}

/**
 * By how much the growth between the first and the last sample is to be multiplied. `start`: how many times that growth
 * the first sample stands above zero, where a counter may not be taken below it.
 */
function extrapolation(
  windows: SeriesWindows,
  step: number,
  options: RateOptions & { readonly start: number },
): number {
  const { timestampsMs } = windows.series;
  const from = windows.from[step]!;
  const to = windows.to[step]!;
  const endMs = windows.rangeEndMs(step);
  const sampled = (timestampsMs[to - 1]! - timestampsMs[from]!) / 1000;
  const average = sampled / (to - from - 1);
  const threshold = average * 1.1;
  let toStart = (timestampsMs[from]! - (endMs - windows.rangeMs)) / 1000;
  let toEnd = (endMs - timestampsMs[to - 1]!) / 1000;
  if (toStart >= threshold) toStart = average / 2;
  if (options.isCounter) toStart = Math.min(toStart, sampled * options.start);
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = (sampled + toStart + toEnd) / sampled;
  return options.isRate ? factor / (windows.rangeMs / 1000) : factor;
}

interface StepOf {
  readonly windows: SeriesWindows;
  readonly step: number;
  readonly output: OutputRow;
  readonly context: FunctionContext;
}

function histogramRate({ windows, step, output, context }: StepOf, options: RateOptions): void {
  const points = histogramsOf(windows, windows.from[step]!, windows.to[step]!);
  const notes = { annotations: context.annotations, labels: windows.series.labels, span: context.argSpans[0]! };
  const growth = histogramGrowth(points, options, notes);
  if (growth === undefined) return;
  // Unlike a float, a histogram may be taken below zero.
  const factor = extrapolation(windows, step, { ...options, start: Infinity });
  output.setHistogram(step, scaleHistogram(growth, factor));
}

function instantaneous(options: { readonly isRate: boolean }): RangeKernel {
  return (windows, output, context) => {
    const { kinds, timestampsMs, values } = windows.series;
    for (let step = 0; step < windows.from.length; step++) {
      const last = windows.to[step]! - 1;
      const before = last - 1;
      if (before < windows.from[step]!) continue;
      const seconds = (timestampsMs[last]! - timestampsMs[before]!) / 1000;
      const histograms =
        kinds === undefined ? 0 : Number(kinds[last] === HISTOGRAM) + Number(kinds[before] === HISTOGRAM);
      if (histograms === 1) noteMixed(windows, context);
      else if (histograms === 2) instantHistogram({ windows, step, output, context }, { ...options, seconds });
      else {
        const isReset = options.isRate && values[last]! < values[before]!;
        const change = isReset ? values[last]! : values[last]! - values[before]!;
        write(output, step, options.isRate ? change / seconds : change);
      }
    }
  };
}

function instantHistogram(
  { windows, step, output, context }: StepOf,
  { isRate, seconds }: { readonly isRate: boolean; readonly seconds: number },
): void {
  const to = windows.to[step]!;
  const [before, last] = histogramsOf(windows, to - 2, to) as [never, never];
  const notes = { annotations: context.annotations, labels: windows.series.labels, span: context.argSpans[0]! };
  const hints = [before, last].map(({ counterResetHint }) => counterResetHint as string);
  if (isRate && hints.includes('gauge')) noteNotCounter(notes);
  if (!isRate && hints.some((hint) => hint !== 'gauge')) noteNotGauge(notes);
  let result = last as ReturnType<typeof scaleHistogram>;
  if (!isRate || !detectReset(last, before)) {
    const difference = subtractHistograms(last, before);
    if ('incompatible' in difference) {
      noteIncompatible(difference.incompatible, notes);
      return;
    }
    result = difference.histogram;
  }
  result = { ...result, counterResetHint: 'gauge' };
  output.setHistogram(step, isRate ? scaleHistogram(result, 1 / seconds) : result);
}
