import { seriesKey } from '../../test/servers/exposition/read-exposition.ts';
import { externalLabels, timestampMs, type DataSet } from '../data/data-set.ts';
import { aggregateOf, type Aggregate } from '../data/job-rules.ts';

export interface ModelOptions {
  readonly shards: number;
  readonly replicas: number;
  readonly nowMs: number;
}

export interface ModelSample {
  /** As written. */
  readonly value: string;
  /** As written; undefined where none is given out. */
  readonly timestamp: string | undefined;
}

/**
 * What the gateway must give out for a data set, by a Map and plain loops: of each shard the first replica's sample, the
 * next one's where it lacks the series; replica label gone, shard label there. Keyed by `seriesKey`.
 */
export function passedThrough(data: DataSet, options: ModelOptions): Map<string, ModelSample> {
  const samples = new Map<string, ModelSample>();
  for (let shard = 0; shard < options.shards; shard++) {
    for (let replica = 0; replica < options.replicas; replica++) {
      const place = { shard, replica };
      const { replica: _, ...shardLabels } = externalLabels(place);
      for (const { family, series } of allSeries(data)) {
        if (!data.has(family, series, replica)) continue;
        const labels = { ...shardLabels, ...Object.fromEntries(data.labels(family, series, shard)) };
        const key = seriesKey(data.familyName(family), labels);
        if (samples.has(key)) continue;
        const timestamp = String(timestampMs(series, place, options.nowMs));
        samples.set(key, { value: data.value(family, series, place), timestamp });
      }
    }
  }
  return samples;
}

/** The `job:*` series of the job-rules data set: `slave:*` aggregated over all shards, without the label `slave`. */
export function aggregated(data: DataSet, options: ModelOptions): Map<string, ModelSample> {
  const samples = new Map<string, ModelSample>();
  for (const { family, series } of allSeries(data)) {
    const aggregate = aggregateOf(data.familyName(family));
    if (aggregate === undefined) continue;
    const values = Array.from({ length: options.shards }, (_, shard) =>
      Number(data.value(family, series, { shard, replica: 0 })),
    );
    const name = data.familyName(family).replace(/^slave:/, 'job:');
    const key = seriesKey(name, Object.fromEntries(data.labels(family, series, 0)));
    samples.set(key, { value: String(combine(aggregate, values)), timestamp: undefined });
  }
  return samples;
}

function combine(aggregate: Aggregate, values: readonly number[]): number {
  if (aggregate === 'min') return Math.min(...values);
  if (aggregate === 'max') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0);
}

function* allSeries(data: DataSet): Generator<{ family: number; series: number }> {
  for (let family = 0; family < data.families; family++) {
    for (let series = 0; series < data.seriesPerFamily; series++) yield { family, series };
  }
}
