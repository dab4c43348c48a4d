import { addHistograms, subtractHistograms, type Incompatibility } from '../../model/histogram/add-histograms.ts';
import { usesCustomBuckets } from '../../model/histogram/buckets.ts';
import { detectReset } from '../../model/histogram/detect-reset.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { METRIC_NAME, labelValue } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { Span } from '../ast/ast.ts';
import type { AnnotationSink } from '../engine/annotations.ts';
import { goQuote } from '../lexer/go-quote.ts';
import { forMetric, warning } from './warnings.ts';

/** Where complaints about the histograms of a series go. */
export interface HistogramNotes {
  readonly annotations: AnnotationSink;
  readonly labels: SeriesLabels;
  readonly span: Span;
}

export function noteIncompatible(incompatible: Incompatibility, { annotations, labels, span }: HistogramNotes): void {
  const message =
    incompatible === 'schemas'
      ? 'vector contains a mix of histograms with exponential and custom buckets schemas'
      : 'vector contains histograms with incompatible custom buckets';
  annotations.add(warning(forMetric(message, labels), span));
}

export function noteNotCounter({ annotations, labels, span }: HistogramNotes): void {
  const name = goQuote(labelValue(labels, METRIC_NAME));
  annotations.add(warning(`this native histogram metric is not a counter: ${name}`, span));
}

export function noteNotGauge({ annotations, labels, span }: HistogramNotes): void {
  const name = goQuote(labelValue(labels, METRIC_NAME));
  annotations.add(warning(`this native histogram metric is not a gauge: ${name}`, span));
}

/** a + b, or undefined with a note. */
export function addNoted(a: FloatHistogram, b: FloatHistogram, notes: HistogramNotes): FloatHistogram | undefined {
  const result = addHistograms(a, b);
  if ('incompatible' in result) {
    noteIncompatible(result.incompatible, notes);
    return undefined;
  }
  return result.histogram;
}

/**
 * What a native histogram grew by over its window (of a gauge: changed by), resets undone where it is a counter;
 * undefined with a note where its histograms do not go together.
 */
export function histogramGrowth(
  points: readonly FloatHistogram[],
  { isCounter }: { isCounter: boolean },
  notes: HistogramNotes,
): FloatHistogram | undefined {
  const last = points.at(-1)!;
  let previous = points[0]!;
  if (isCounter && points.some(({ counterResetHint }) => counterResetHint === 'gauge')) noteNotCounter(notes);
  // A first sample before a reset says nothing about the growth, whatever its buckets are.
  if (isCounter && detectReset(points[1]!, previous)) previous = emptyLike(points[1]!);
  const custom = usesCustomBuckets(previous);
  if (points.slice(1).some((point) => usesCustomBuckets(point) !== custom)) {
    noteIncompatible('schemas', notes);
    return undefined;
  }
  const difference = subtractHistograms(last, previous);
  if ('incompatible' in difference) {
    noteIncompatible(difference.incompatible, notes);
    return undefined;
  }
  let growth: FloatHistogram | undefined = difference.histogram;
  if (!isCounter) {
    if (points[0]!.counterResetHint !== 'gauge' || last.counterResetHint !== 'gauge') noteNotGauge(notes);
    return { ...growth, counterResetHint: 'gauge' };
  }
  for (const point of points.slice(1)) {
    if (growth !== undefined && detectReset(point, previous)) growth = addNoted(growth, previous, notes);
    previous = point;
  }
  return growth === undefined ? undefined : { ...growth, counterResetHint: 'gauge' };
}

function emptyLike({ schema, customValues }: FloatHistogram): FloatHistogram {
  const empty = new Float64Array(0);
  return {
    counterResetHint: 'unknown',
    schema,
    customValues,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: empty,
    negativeSpans: [],
    negativeBuckets: empty,
  };
}
