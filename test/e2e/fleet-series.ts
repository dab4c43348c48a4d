import type { ExporterTarget } from '../servers/exporter/exporter.ts';
import {
  constantFamily,
  type ExporterFamily,
  histogramFamily,
  movingCount,
} from '../servers/exporter/exporter-families.ts';
import type { RuleGroup } from '../servers/process/prometheus.ts';

/** Samples of `grid_*` families carry explicit timestamps that are multiples of this. */
export const GRID_MS = 5000;

/** Five api and four node targets that expose everything a federation has trouble with. */
export const fleetTargets: readonly ExporterTarget[] = [
  ...[0, 1, 2, 3, 4].map((i) => ({ job: 'api', instance: `api-${i}:8080`, families: apiFamilies(i) })),
  ...[0, 1, 2, 3].map((i) => ({ job: 'node', instance: `node-${i}:9100`, families: nodeFamilies(i) })),
];

function apiFamilies(i: number): ExporterFamily[] {
  const perCode = [
    ['200', 20 + i],
    ['500', 2],
  ] as const;
  return [
    {
      name: 'http_requests_total',
      type: 'counter',
      series: perCode.map(([code, perSecond]) => ({ labels: { code }, valueAt: movingCount(perSecond) })),
    },
    {
      name: 'grid_requests_total',
      type: 'counter',
      gridMs: GRID_MS,
      series: perCode.map(([code, perSecond]) => ({ labels: { code }, valueAt: movingCount(perSecond) })),
    },
    histogramFamily('http_request_duration_seconds', { path: '/' }, 5 + i),
    constantFamily('capacity_bytes', [
      [{ zone: 'a' }, 1000 + i],
      [{ zone: 'b' }, 2 ** 40 + i],
    ]),
    ...awkwardFamilies(i),
  ];
}

/** Constant series whose labels, names or values are easy to get wrong. */
function awkwardFamilies(i: number): ExporterFamily[] {
  return [
    constantFamily('special_value', [
      [{ kind: 'nan' }, Number.NaN],
      [{ kind: 'plus' }, Infinity],
      [{ kind: 'minus' }, -Infinity],
      [{ kind: 'tiny' }, 1e-7 + i * 1e-9],
      [{ kind: 'large' }, 123_456_789_012 + i],
      [{ kind: 'fraction' }, 0.1 + i],
    ]),
    constantFamily('escaped_labels', [[{ path: 'C:\\dir\\"quoted"\nsecond line', empty: '' }, i]]),
    // "x" sorts before "x!" although the quote that ends it sorts after the exclamation mark.
    constantFamily('close_labels', [
      [{ zone: 'x' }, 1],
      [{ zone: 'x!' }, 2],
      [{ zone: 'x', zone2: 'y' }, 3],
    ]),
    // A label name below "_" makes Prometheus emit families out of label order.
    constantFamily('upper_case_label', [
      [{ Zone: 'b' }, 1],
      [{ Zone: 'a', code: '1' }, 2],
    ]),
    constantFamily('own_replica_label', [[{ replica: 'own' }, 1]]),
    constantFamily('own_slave_label', [[{ slave: 'elsewhere' }, 1]]),
    constantFamily('my.dotted.metric', [[{ 'my.label': 'ä"' }, 5]]),
  ];
}

function nodeFamilies(i: number): ExporterFamily[] {
  return [
    constantFamily('node_memory_MemTotal_bytes', [[{}, 16e9 + i]]),
    {
      name: 'node_cpu_seconds_total',
      type: 'counter',
      series: ['idle', 'user'].map((mode) => ({ labels: { mode }, valueAt: movingCount(mode === 'idle' ? 3 : 1) })),
    },
    { name: 'node_load1', type: 'gauge', series: [{ labels: {}, valueAt: (timeMs) => Math.sin(timeMs / 10_000) + 2 }] },
  ];
}

const recordings: readonly (readonly [name: string, expr: string])[] = [
  ['up:sum', 'sum by (job) (up)'],
  ['up:count', 'count by (job) (up)'],
  ['capacity_bytes:sum', 'sum by (job, zone) (capacity_bytes)'],
  ['capacity_bytes:max', 'max by (job, zone) (capacity_bytes)'],
  ['capacity_bytes:min', 'min by (job, zone) (capacity_bytes)'],
  ['special_value:sum', 'sum by (job, kind) (special_value{kind!="fraction",kind!="tiny"})'],
  ['special_value:max', 'max by (job, kind) (special_value)'],
  ['grid_requests:sum', 'sum by (job, code) (grid_requests_total)'],
  ['http_requests:sum', 'sum by (job, code) (http_requests_total)'],
  ['http_requests:rate10s', 'sum by (job, code) (rate(http_requests_total[10s]))'],
  [
    'http_request_duration_seconds_bucket:rate10s',
    'sum by (job, le) (rate(http_request_duration_seconds_bucket[10s]))',
  ],
];

/** Cannot be re-aggregated from its per-shard values. */
const latencyP95 = [
  'api_latency:p95',
  'histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket[10s])))',
] as const;

/** The recording rules of a server under one prefix: `slave:` on shards, `job:` on the reference. */
export function recordingRules(prefix: 'slave:' | 'job:' | 'region:'): readonly RuleGroup[] {
  const all = prefix === 'job:' ? recordings : [...recordings, latencyP95];
  return [{ name: prefix, rules: all.map(([name, expr]) => ({ record: `${prefix}${name}`, expr })) }];
}

/** The `aggregation_rules:` of a gateway that makes `job:*` of the shards' `slave:*`. */
export const jobRules: readonly Readonly<Record<string, unknown>>[] = [
  { source: 'slave:(.+)', record: 'job:$1', without: ['slave'] },
];

/** Job-level names whose value at the reference is the same to the last bit, because nothing moves between two reads. */
export const exactRecordings: ReadonlySet<string> = new Set(
  ['up:sum', 'up:count', 'capacity_bytes:sum', 'capacity_bytes:max', 'capacity_bytes:min', 'grid_requests:sum'].concat([
    'special_value:sum',
    'special_value:max',
  ]),
);
