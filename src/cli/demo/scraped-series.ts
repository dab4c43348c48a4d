import { toLabelSet } from '../../model/label-set.ts';
import type { SimulatedSeries } from './simulated-series.ts';
import { growth, level, type Signal } from './signal.ts';

/** Upper bounds as Prometheus 3 stores them, and the share of requests at or below each. */
export const latencyBuckets: readonly (readonly [le: string, share: number])[] = [
  ['0.05', 0.42],
  ['0.1', 0.71],
  ['0.25', 0.9],
  ['0.5', 0.97],
  ['1.0', 0.992],
  ['2.5', 0.999],
  ['+Inf', 1],
];

export const httpCodes: readonly (readonly [code: string, perSecond: number])[] = [
  ['200', 40],
  ['404', 1.5],
  ['500', 0.2],
];

export const databaseOperations: readonly (readonly [operation: string, perSecond: number])[] = [
  ['insert', 12],
  ['select', 90],
];

/** Exact values behind what a target exposes; recording rules are computed from these, not from rounded counters. */
export function requests(instance: string, code: string): Signal {
  const [, perSecond] = httpCodes.find(([known]) => known === code)!;
  return growth(`http ${instance} ${code}`, perSecond);
}

export function latencyCount(instance: string): Signal {
  return growth(`latency ${instance}`, 42);
}

export function queries(instance: string, operation: string): Signal {
  const [, perSecond] = databaseOperations.find(([known]) => known === operation)!;
  return growth(`db ${instance} ${operation}`, perSecond);
}

export function busyRatio(instance: string): Signal {
  return level(`busy ${instance}`, 0.45, 0.35);
}

export function availableBytes(instance: string): Signal {
  return level(`memory ${instance}`, 6e9, 2e9);
}

/** Mean duration of a simulated request, in seconds. */
export const MEAN_LATENCY_SECONDS = 0.11;

/** All series that the targets of one job and instance expose, `up` among them. In no order. */
export function scrapedSeries(job: string, instance: string): SimulatedSeries[] {
  const series = (name: string, valueAt: Signal, labels: Readonly<Record<string, string>> = {}): SimulatedSeries => {
    return { name, labels: toLabelSet(Object.entries({ ...labels, instance, job })), valueAt };
  };
  const exposed = { api: apiSeries, node: nodeSeries, db: databaseSeries }[job];
  return [series('up', () => 1), ...(exposed?.(instance, series) ?? [])];
}

type CreateSeries = (name: string, valueAt: Signal, labels?: Readonly<Record<string, string>>) => SimulatedSeries;

function apiSeries(instance: string, series: CreateSeries): SimulatedSeries[] {
  const count = latencyCount(instance);
  return [
    ...httpCodes.map(([code]) => series('http_requests_total', floor(requests(instance, code)), { code })),
    ...latencyBuckets.map(([le, share]) =>
      series('http_request_duration_seconds_bucket', (timeMs) => Math.floor(count(timeMs) * share), { le }),
    ),
    series('http_request_duration_seconds_count', floor(count)),
    series('http_request_duration_seconds_sum', (timeMs) => MEAN_LATENCY_SECONDS * Math.floor(count(timeMs))),
    series('process_resident_memory_bytes', floor(level(`rss ${instance}`, 3e8, 4e7))),
  ];
}

function nodeSeries(instance: string, series: CreateSeries): SimulatedSeries[] {
  const busy = busyRatio(instance);
  return [
    series('node_cpu_busy_ratio', busy),
    series('node_load1', (timeMs) => 4 * busy(timeMs)),
    series('node_memory_available_bytes', floor(availableBytes(instance))),
    ...['/', '/var'].map((mountpoint) =>
      series('node_filesystem_avail_bytes', floor(level(`${instance} ${mountpoint}`, 8e10, 1e9)), { mountpoint }),
    ),
  ];
}

function databaseSeries(instance: string, series: CreateSeries): SimulatedSeries[] {
  return [
    ...databaseOperations.map(([operation]) =>
      series('db_queries_total', floor(queries(instance, operation)), { operation }),
    ),
    series('db_connections', floor(level(`connections ${instance}`, 60, 30))),
    series('db_replication_lag_seconds', level(`lag ${instance}`, 0.4, 0.3)),
  ];
}

function floor(signal: Signal): Signal {
  return (timeMs) => Math.floor(signal(timeMs));
}
