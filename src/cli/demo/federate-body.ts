import { formatTextFloat } from '../../exposition/format-float.ts';
import { escapeLabelValue } from '../../exposition/label-escape.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { type LabelSet, labelValue } from '../../model/label-set.ts';
import { seededFraction } from './seeded-fraction.ts';
import type { SimulatedSeries } from './simulated-series.ts';

/** How one replica sees its shard. */
export interface SimulatedReplica {
  /** Sorted by name, then labels. */
  readonly series: readonly SimulatedSeries[];
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly scrapeIntervalMs: number;
}

/** Which series a request asks for. */
type SeriesFilter = (name: string, labels: LabelSet) => boolean;

/** Writes the body of `/federate` at a moment, in the very form of Prometheus (names all legacy). */
export type FederateBody = (filter: SeriesFilter, nowMs: number) => string;

/**
 * Prepares everything about a replica's `/federate` that does not change with time: the text before each value and the
 * offset of each target in the scrape interval. Offsets depend on the replica, so two replicas never agree on a timestamp.
 */
export function createFederateBody({ series, externalLabels, scrapeIntervalMs }: SimulatedReplica): FederateBody {
  const appended = appendedLabels(externalLabels);
  const replicaKey = JSON.stringify(externalLabels);
  const lines = series.map(({ name, labels, valueAt }) => {
    const offsetKey = `${replicaKey} ${labelValue(labels, 'instance')}`;
    const offsetMs = Math.floor(seededFraction(offsetKey) * scrapeIntervalMs);
    return { name, labels, valueAt, offsetMs, prefix: `${name}${labelText(labels, appended)} ` };
  });
  return (filter, nowMs) => {
    let body = '';
    let family = '';
    for (const { name, labels, valueAt, offsetMs, prefix } of lines) {
      if (!filter(name, labels)) continue;
      if (name !== family) body += `# TYPE ${name} untyped\n`;
      family = name;
      const timeMs = Math.floor((nowMs - offsetMs) / scrapeIntervalMs) * scrapeIntervalMs + offsetMs;
      body += `${prefix}${formatTextFloat(valueAt(timeMs))} ${timeMs}\n`;
    }
    return body;
  };
}

/** Prometheus adds `instance=""` to the external labels, so that a scraper that honours labels does not add its own. */
function appendedLabels(externalLabels: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries({ instance: '', ...externalLabels }).sort(([a], [b]) => compareUtf8(a, b));
}

function labelText(labels: LabelSet, appended: readonly (readonly [string, string])[]): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}="${escapeLabelValue(labels[i + 1]!)}"`);
  for (const [name, value] of appended) {
    if (labelValue(labels, name) === '') pairs.push(`${name}="${escapeLabelValue(value)}"`);
  }
  return `{${pairs.join(',')}}`;
}
