import type { Registry } from 'prom-client';

type SeriesLabels = Readonly<Record<string, string | number | undefined>>;

/** Labels that the library adds to the parts of one series. */
const partLabels = new Set(['le', 'quantile']);

/** Removes the series that have the label `name` and whose labels match. */
export async function removeSeries(
  registry: Registry,
  name: string,
  matches: (labels: SeriesLabels) => boolean,
): Promise<void> {
  for (const metric of registry.getMetricsAsArray()) {
    const labelled = metric as unknown as LabelledMetric;
    if (labelled.labelNames?.includes(name) !== true) continue;
    const { values } = await labelled.get();
    for (const { labels } of values) {
      if (matches(labels)) labelled.remove(withoutParts(labels));
    }
  }
}

/** The part of the library's metrics that its types leave out of a registry's. */
interface LabelledMetric {
  readonly labelNames?: readonly string[];
  get(): Promise<{ readonly values: readonly { readonly labels: SeriesLabels }[] }>;
  remove(labels: SeriesLabels): void;
}

function withoutParts(labels: SeriesLabels): SeriesLabels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !partLabels.has(name)));
}
