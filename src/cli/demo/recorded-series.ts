import { toLabelSet } from '../../model/label-set.ts';
import {
  availableBytes,
  busyRatio,
  databaseOperations,
  httpCodes,
  latencyBuckets,
  latencyCount,
  MEAN_LATENCY_SECONDS,
  queries,
  requests,
} from './scraped-series.ts';
import type { SimulatedSeries } from './simulated-series.ts';
import { type Signal, slope } from './signal.ts';

const RATE_WINDOW_MS = 300_000;

/** Instances of a shard by job. */
export type ShardInstances = Readonly<Record<'api' | 'node' | 'db', readonly string[]>>;

/** The `slave:*` series that the recording rules of one shard produce. In no order. */
export function recordedSeries(instances: ShardInstances): SimulatedSeries[] {
  return [
    ...upSeries(instances),
    ...apiSeries(instances.api),
    ...nodeSeries(instances.node),
    ...dbSeries(instances.db),
  ];
}

function recorded(name: string, labels: Readonly<Record<string, string>>, valueAt: Signal): SimulatedSeries {
  return { name: `slave:${name}`, labels: toLabelSet(Object.entries(labels)), valueAt };
}

function upSeries(instances: ShardInstances): SimulatedSeries[] {
  return Object.entries(instances).flatMap(([job, { length }]) => [
    recorded('up:count', { job }, () => length),
    recorded('up:sum', { job }, () => length),
  ]);
}

function apiSeries(instances: readonly string[]): SimulatedSeries[] {
  const job = 'api';
  const observed = sumRate(instances, latencyCount);
  return [
    ...httpCodes.map(([code]) =>
      recorded(
        'http_requests:rate5m',
        { job, code },
        sumRate(instances, (instance) => requests(instance, code)),
      ),
    ),
    ...latencyBuckets.map(([le, share]) =>
      recorded('http_request_duration_seconds_bucket:rate5m', { job, le }, (timeMs) => share * observed(timeMs)),
    ),
    recorded('http_request_duration_seconds_count:rate5m', { job }, observed),
    recorded('http_request_duration_seconds_sum:rate5m', { job }, (timeMs) => MEAN_LATENCY_SECONDS * observed(timeMs)),
    // A quantile cannot be added up: it is here to show that the gateway refuses to.
    recorded('api_latency:p95', { job }, (timeMs) => 0.4 + 0.05 * Math.sin(timeMs / 60_000)),
  ];
}

function nodeSeries(instances: readonly string[]): SimulatedSeries[] {
  const busy = instances.map(busyRatio);
  const available = instances.map(availableBytes);
  const all = (signals: readonly Signal[], timeMs: number): number[] => signals.map((signal) => signal(timeMs));
  return [
    recorded('node_cpu_busy:max', { job: 'node' }, (timeMs) => Math.max(...all(busy, timeMs))),
    recorded('node_memory_available_bytes:min', { job: 'node' }, (timeMs) => Math.min(...all(available, timeMs))),
    recorded('node_memory_available_bytes:sum', { job: 'node' }, sum(available)),
  ];
}

function dbSeries(instances: readonly string[]): SimulatedSeries[] {
  return databaseOperations.map(([operation]) => {
    const rate = sumRate(instances, (instance) => queries(instance, operation));
    return recorded('db_queries:rate5m', { job: 'db', operation }, rate);
  });
}

function sumRate(instances: readonly string[], counter: (instance: string) => Signal): Signal {
  return sum(instances.map((instance) => slope(counter(instance), RATE_WINDOW_MS)));
}

function sum(signals: readonly Signal[]): Signal {
  return (timeMs) => signals.reduce((total, signal) => total + signal(timeMs), 0);
}
