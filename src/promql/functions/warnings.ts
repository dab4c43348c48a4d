import type { Annotation } from '../engine/annotations.ts';
import type { Span } from '../ast/ast.ts';
import { METRIC_NAME, labelValue } from '../../model/label-set.ts';
import { goQuote } from '../lexer/go-quote.ts';
import { goG } from './go-float.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';

/** Prometheus' annotations; the texts are part of the API. */
export function warning(message: string, span: Span): Annotation {
  return { level: 'warning', message, span };
}

export function info(message: string, span: Span): Annotation {
  return { level: 'info', message, span };
}

/** `… for metric name "x"`, or without it where there is no name. */
export function forMetric(message: string, labels: SeriesLabels): string {
  const name = labelValue(labels, METRIC_NAME);
  return name === '' ? message : `${message} for metric name ${goQuote(name)}`;
}

export function mixedSamples(labels: SeriesLabels, span: Span): Annotation {
  return warning(forMetric('encountered a mix of histograms and floats', labels), span);
}

export function ignoredInMixedRange(labels: SeriesLabels, span: Span): Annotation {
  return info(forMetric('ignored histograms in a range containing both floats and histograms', labels), span);
}

export function badQuantile(phi: number, span: Span): Annotation {
  return warning(`quantile value should be between 0 and 1, got ${goG(phi)}`, span);
}
