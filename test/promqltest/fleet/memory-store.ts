import type { Matcher } from '../../../src/model/matcher.ts';
import { labelValue } from '../../../src/model/label-set.ts';
import { FLOAT, HISTOGRAM, STALE, type RawSeries } from '../../../src/model/raw-series.ts';
import type { SeriesLabels } from '../../../src/model/series-labels.ts';
import type { Point } from '../script/script.ts';

type Sample = NonNullable<Point>;

/** What one replica holds. */
export class MemoryStore {
  readonly #series = new Map<string, { labels: SeriesLabels; samples: Map<number, Sample> }>();

  add(labels: SeriesLabels, timestampMs: number, sample: Sample): void {
    const key = labels.join('\u0000');
    const series = this.#series.get(key) ?? { labels, samples: new Map<number, Sample>() };
    this.#series.set(key, series);
    series.samples.set(timestampMs, sample);
  }

  /** Sorted by labels, as a server gives them. */
  select(matchers: readonly Matcher[], startMs: number, endMs: number): RawSeries[] {
    const found: RawSeries[] = [];
    for (const { labels, samples } of this.#series.values()) {
      if (!matchers.every((matcher) => matcher.accepts(labelValue(labels, matcher.name)))) continue;
      const inside = [...samples].filter(([t]) => t >= startMs && t <= endMs).sort(([a], [b]) => a - b);
      if (inside.length > 0) found.push(toRawSeries(labels, inside));
    }
    return found.sort((a, b) => compareJoined(a.labels, b.labels));
  }
}

function compareJoined(a: SeriesLabels, b: SeriesLabels): number {
  const x = a.join('\u0001');
  const y = b.join('\u0001');
  return x < y ? -1 : x > y ? 1 : 0;
}

function toRawSeries(labels: SeriesLabels, samples: readonly (readonly [number, Sample])[]): RawSeries {
  const kinds = Uint8Array.from(samples, ([, { kind }]) =>
    kind === 'float' ? FLOAT : kind === 'stale' ? STALE : HISTOGRAM,
  );
  return {
    labels,
    timestampsMs: Float64Array.from(samples, ([t]) => t),
    values: Float64Array.from(samples, ([, sample]) => (sample.kind === 'float' ? sample.value : 0)),
    ...(kinds.every((kind) => kind === FLOAT) ? {} : { kinds }),
    ...(kinds.includes(HISTOGRAM)
      ? { histograms: samples.map(([, sample]) => (sample.kind === 'histogram' ? sample.histogram : undefined)) }
      : {}),
  };
}
