import type { DataSet, DataSetSize, LabelPair } from './data-set.ts';
import { hash32 } from './hash32.ts';
import { sampleValue } from './sample-value.ts';

const SEED = 3;
const OPERATIONS = ['count', 'max', 'min', 'sum', 'sum_rate5m'] as const;
const HANDLERS_PER_JOB = 50;

/** The operation that the re-aggregation of a `slave:*` family must come out as. */
export type Aggregate = 'sum' | 'min' | 'max';

/**
 * A fleet that records at shard level: one family in two is a `slave:*` recording (operation in the name, no instance),
 * the others are plain. Values of `slave:*` are small integers, equal in both replicas, so that a sum over any number of
 * shards is exact in any order.
 */
export function createJobRules(size: DataSetSize): DataSet {
  const { families = 20, seriesPerFamily = 200 } = size;
  const plain = Math.floor(families / 2);
  return {
    name: 'job-rules',
    families,
    seriesPerFamily,
    familyName: (family) => (family < plain ? plainName(family) : recordedName(family - plain)),
    labels: (family, series, shard) => (family < plain ? plainLabels(series, shard) : recordedLabels(series)),
    value(family, series, place) {
      if (family < plain) return sampleValue(hash32(SEED + place.shard * 2 + place.replica, family, series));
      return String(hash32(SEED + place.shard * 2, family, series) % 1_000);
    },
    has: () => true,
  };
}

/** How a family of this data set aggregates, or undefined for one that is passed through only. */
export function aggregateOf(familyName: string): Aggregate | undefined {
  const operation = /^slave:.*:(count|max|min|sum)/.exec(familyName)?.[1];
  if (operation === undefined) return undefined;
  return operation === 'max' || operation === 'min' ? operation : 'sum';
}

function plainName(family: number): string {
  return `app_events_${String(family).padStart(5, '0')}_total`;
}

function recordedName(family: number): string {
  const operation = OPERATIONS[family % OPERATIONS.length]!;
  return `slave:app_events_${String(Math.floor(family / OPERATIONS.length)).padStart(5, '0')}:${operation}`;
}

function plainLabels(series: number, shard: number): LabelPair[] {
  return [
    ['instance', `app-${shard}-${String(series).padStart(5, '0')}.example:8080`],
    ['job', 'api'],
  ];
}

function recordedLabels(series: number): LabelPair[] {
  return [
    ['handler', `/api/v1/resource-${String(Math.floor(series / HANDLERS_PER_JOB)).padStart(4, '0')}`],
    ['job', `job-${String(series % HANDLERS_PER_JOB).padStart(3, '0')}`],
  ];
}
