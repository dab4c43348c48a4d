/**
 * A named, seeded description of what a fleet of federates holds: random access to every series, so that a body of any
 * size can be written without a table of series and a model can ask for the same facts without reading a body.
 */
export interface DataSet {
  readonly name: string;
  readonly families: number;
  readonly seriesPerFamily: number;
  /** Ascending with `family` (bytes). */
  familyName(family: number): string;
  /** The series' own labels without the metric name: sorted by name; ascending with `series` as label sets. */
  labels(family: number, series: number, shard: number): readonly LabelPair[];
  /** In the form Prometheus writes. */
  value(family: number, series: number, place: Place): string;
  /** Whether the replica has the series at all. Every series is in at least one of the first two replicas. */
  has(family: number, series: number, replica: number): boolean;
}

export type LabelPair = readonly [name: string, value: string];

export interface Place {
  readonly shard: number;
  readonly replica: number;
}

export interface DataSetSize {
  readonly families?: number;
  readonly seriesPerFamily?: number;
  /** Whether each replica lacks about one series in a hundred that its sibling has. */
  readonly gaps?: boolean;
}

/** External labels of a federate: what a real one would have under `global.external_labels`. */
export function externalLabels(place: Place): Readonly<Record<string, string>> {
  return { replica: String.fromCodePoint(97 + place.replica), slave: String(place.shard) };
}

/** Scrapes of one target give all its series one timestamp; replicas scrape at different moments of the interval. */
export function timestampMs(series: number, place: Place, nowMs: number): number {
  const target = Math.floor(series / SERIES_PER_TARGET);
  return nowMs - ((target * 7919 + place.shard * 1013 + place.replica * 4057) % SCRAPE_INTERVAL_MS);
}

const SCRAPE_INTERVAL_MS = 15_000;
const SERIES_PER_TARGET = 250;
