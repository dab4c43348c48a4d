import { METRIC_NAME } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';

/** Which labels of a series are looked at. */
export type LabelChoice = (labels: SeriesLabels) => SeriesLabels;

/** Only these labels. The result is sorted, as the labels are. */
export function keepLabels(names: readonly string[]): LabelChoice {
  const kept = new Set(names);
  return (labels) => filterLabels(labels, (name) => kept.has(name));
}

/** All labels but these. */
export function dropLabels(names: readonly string[]): LabelChoice {
  const dropped = new Set(names);
  return (labels) => filterLabels(labels, (name) => !dropped.has(name));
}

/** What else goes where a metric name goes, in servers that keep the type and unit of a metric in labels. */
const metadataLabels: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);

/** Without the metric name. The same object where there is none. */
export function dropMetricName(
  labels: SeriesLabels,
  { typeAndUnitLabels }: { readonly typeAndUnitLabels: boolean },
): SeriesLabels {
  if (typeAndUnitLabels) return filterLabels(labels, (name) => !metadataLabels.has(name));
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] !== METRIC_NAME) continue;
    return [...labels.slice(0, i), ...labels.slice(i + 2)];
  }
  return labels;
}

/** A key that two label sets share only if they are equal. */
export function labelsKey(labels: SeriesLabels): string {
  return labels.join('\u0000');
}

function filterLabels(labels: SeriesLabels, keeps: (name: string) => boolean): SeriesLabels {
  const result: string[] = [];
  for (let i = 0; i < labels.length; i += 2) if (keeps(labels[i]!)) result.push(labels[i]!, labels[i + 1]!);
  return result;
}
