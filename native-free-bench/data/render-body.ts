import { externalLabels, timestampMs, type DataSet, type LabelPair, type Place } from './data-set.ts';

export interface RenderedFamily {
  readonly name: string;
  /** TYPE line and sample lines, each with its LF. */
  readonly bytes: Buffer;
}

export interface RenderOptions {
  readonly place: Place;
  readonly nowMs: number;
}

/** The body of one replica's /federate, family by family, in the form of Prometheus 3.5 (spec §1.3, §1.4). */
export function* renderFamilies(data: DataSet, options: RenderOptions): Generator<RenderedFamily> {
  for (let family = 0; family < data.families; family++) {
    yield { name: data.familyName(family), bytes: Buffer.concat([...familyLines(data, family, options)]) };
  }
}

export function renderBody(data: DataSet, options: RenderOptions): Buffer {
  return Buffer.concat(Array.from(renderFamilies(data, options), (family) => family.bytes));
}

/** TYPE line first, then one buffer per series that this replica has. */
export function* familyLines(data: DataSet, family: number, options: RenderOptions): Generator<Buffer> {
  const { place, nowMs } = options;
  const name = data.familyName(family);
  const external = Object.entries(externalLabels(place));
  yield Buffer.from(`# TYPE ${name} untyped\n`);
  for (let series = 0; series < data.seriesPerFamily; series++) {
    if (!data.has(family, series, place.replica)) continue;
    const labels = exportedLabels(data.labels(family, series, place.shard), external);
    const value = data.value(family, series, place);
    yield Buffer.from(`${name}{${labels}} ${value} ${timestampMs(series, place, nowMs)}\n`);
  }
}

/** Own labels first, then those external ones that the series lacks, `instance=""` among them, sorted by name. */
function exportedLabels(own: readonly LabelPair[], external: readonly LabelPair[]): string {
  const names = new Set(own.map(([name]) => name));
  const appended = [['instance', ''] as const, ...external]
    .filter(([name]) => !names.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [...own, ...appended].map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',');
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
