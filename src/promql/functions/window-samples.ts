import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { HISTOGRAM } from '../../model/raw-series.ts';
import { PRESENT } from '../engine/series-block.ts';
import type { FunctionContext, OutputRow, RangeKernel, SeriesWindows } from './function-context.ts';
import { ignoredInMixedRange, mixedSamples } from './warnings.ts';

/** The histograms among the samples `from <= k < to`. */
export function histogramsOf({ series }: SeriesWindows, from: number, to: number): FloatHistogram[] {
  const found: FloatHistogram[] = [];
  if (series.kinds === undefined) return found;
  for (let k = from; k < to; k++) if (series.kinds[k] === HISTOGRAM) found.push(series.histograms![k]!);
  return found;
}

/** A window by the kinds of its samples. */
export type WindowContent = 'empty' | 'floats' | 'histograms' | 'mixed';

export function contentOf({ series }: SeriesWindows, from: number, to: number): WindowContent {
  if (from >= to) return 'empty';
  const { kinds } = series;
  if (kinds === undefined) return 'floats';
  let histograms = 0;
  for (let k = from; k < to; k++) if (kinds[k] === HISTOGRAM) histograms += 1;
  if (histograms === 0) return 'floats';
  return histograms === to - from ? 'histograms' : 'mixed';
}

/**
 * A kernel of floats alone: windows without floats give nothing, of mixed ones the histograms are left out with a note.
 * `compute` gets the float values of a window, a fresh array where histograms were taken out; NaN is a value.
 */
export function floatKernel(compute: FloatWindow): RangeKernel {
  return (windows, output, context) => {
    for (let step = 0; step < windows.from.length; step++) {
      const content = contentOf(windows, windows.from[step]!, windows.to[step]!);
      if (content === 'empty' || content === 'histograms') continue;
      if (content === 'mixed') {
        context.annotations.add(ignoredInMixedRange(windows.series.labels, context.argSpans[rangeArgument(context)]!));
      }
      const samples = floatsOf(windows, step, content);
      write(output, step, compute(samples, step, context));
    }
  };
}

export type FloatWindow = (samples: FloatSamples, step: number, context: FunctionContext) => number | undefined;

/** Float samples of one window: columns of equal length, views or copies; not to be changed. */
export interface FloatSamples {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly windows: SeriesWindows;
}

export function floatsOf(windows: SeriesWindows, step: number, content: WindowContent): FloatSamples {
  const from = windows.from[step]!;
  const to = windows.to[step]!;
  const { timestampsMs, values, kinds } = windows.series;
  if (content !== 'mixed') {
    return { timestampsMs: timestampsMs.subarray(from, to), values: values.subarray(from, to), windows };
  }
  const isFloat = (_: number, i: number): boolean => kinds![from + i] !== HISTOGRAM;
  return {
    timestampsMs: timestampsMs.subarray(from, to).filter(isFloat),
    values: values.subarray(from, to).filter(isFloat),
    windows,
  };
}

/** Notes a window of both kinds; such windows give nothing to functions that take either. */
export function noteMixed(windows: SeriesWindows, context: FunctionContext): void {
  context.annotations.add(mixedSamples(windows.series.labels, context.argSpans[rangeArgument(context)]!));
}

/** The position of the range vector among the arguments. */
function rangeArgument({ scalars }: FunctionContext): number {
  const index = scalars.indexOf(undefined);
  return Math.max(0, index);
}

export function write(output: OutputRow, step: number, value: number | undefined): void {
  if (value === undefined) return;
  output.values[output.at + step] = value;
  output.present[output.at + step] = PRESENT;
}
