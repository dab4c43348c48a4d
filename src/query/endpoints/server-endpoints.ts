import type { Form } from './ask-replicas.ts';
import type { ShardAnswer } from './ask-shards.ts';
import type { ExemplarQueries } from './exemplar-queries.ts';
import { narrowAlerts, narrowMetadata, narrowRules, type Narrow } from './tenant-views.ts';

type Json = unknown;
type Fields = Readonly<Record<string, Json>>;

/** How the answers of shards to an endpoint about the servers themselves become one. */
export interface ServerEndpoint {
  readonly path: string;
  /** Default GET alone. */
  readonly methods?: readonly ('GET' | 'POST')[];
  /** What a tenant may see of a shard's answer; without it only those who may see everything are answered. */
  readonly narrow?: Narrow;
  merge(answers: readonly ShardAnswer[], context: MergeContext): Json;
}

interface MergeContext {
  readonly form: Form;
  /** Undefined where the request is not about exemplars. */
  readonly exemplars: ExemplarQueries | undefined;
  readonly replicaLabels: readonly string[];
  /** Added to the series of each shard. */
  readonly externalLabels: Readonly<Record<string, string>>;
}

export const exemplarsPath = '/api/v1/query_exemplars';

/** `/api/v1/…` endpoints that are asked of one replica of every shard. */
export const serverEndpoints: readonly ServerEndpoint[] = [
  { path: '/api/v1/metadata', narrow: narrowMetadata, merge: mergeMetadata },
  // What is asked of the shards is narrowed already.
  { path: exemplarsPath, methods: ['GET', 'POST'], narrow: ({ data }) => data, merge: mergeExemplars },
  {
    path: '/api/v1/rules',
    narrow: narrowRules,
    merge: (answers, context) => ({ groups: withoutReplicas(lists(answers, 'groups'), context) }),
  },
  {
    path: '/api/v1/alerts',
    narrow: narrowAlerts,
    merge: (answers, context) => ({ alerts: distinct(withoutReplicas(lists(answers, 'alerts'), context)) }),
  },
  { path: '/api/v1/targets', merge: mergeTargets },
  { path: '/api/v1/targets/metadata', merge: (answers) => distinct(answers.flatMap(({ data }) => data as Json[])) },
  {
    path: '/api/v1/scrape_pools',
    merge: (answers) => ({ scrapePools: [...new Set(lists(answers, 'scrapePools') as string[])].sort() }),
  },
  {
    path: '/api/v1/alertmanagers',
    merge: (answers) => ({
      activeAlertmanagers: distinct(lists(answers, 'activeAlertmanagers')),
      droppedAlertmanagers: distinct(lists(answers, 'droppedAlertmanagers')),
    }),
  },
  { path: '/api/v1/status/tsdb', merge: mergeTsdb },
];

function lists(answers: readonly ShardAnswer[], key: string): Json[] {
  return answers.flatMap(({ data }) => (data as Record<string, Json[] | null>)[key] ?? []);
}

function distinct(items: readonly Json[]): Json[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** Takes the labels that tell replicas apart out of whatever has labels. */
function withoutReplicas(items: readonly Json[], { replicaLabels }: MergeContext): Json[] {
  const strip = (item: Json, key = ''): Json => {
    if (Array.isArray(item)) return item.map((element) => strip(element));
    if (typeof item !== 'object' || item === null) return item;
    const entries = Object.entries(item).filter(([name]) => key !== 'labels' || !replicaLabels.includes(name));
    return Object.fromEntries(entries.map(([name, value]) => [name, strip(value, name)]));
  };
  return items.map((item) => strip(item));
}

/** The union of what the shards know of each metric; the client's limits hold for the whole. */
function mergeMetadata(answers: readonly ShardAnswer[], { form }: MergeContext): Json {
  const merged: Record<string, Json[]> = {};
  for (const { data } of answers) {
    for (const [metric, entries] of Object.entries(data as Record<string, Json[]>)) {
      merged[metric] = distinct([...(merged[metric] ?? []), ...entries]);
    }
  }
  const valueOf = (name: string): number | undefined => {
    const text = form.find(([key]) => key === name)?.[1];
    return text === undefined || text === '' ? undefined : Number(text);
  };
  const limit = valueOf('limit') ?? -1;
  const perMetric = valueOf('limit_per_metric') ?? -1;
  const entries = Object.entries(merged).slice(0, limit < 0 ? undefined : limit);
  return Object.fromEntries(
    entries.map(([metric, found]) => [metric, perMetric > 0 ? found.slice(0, perMetric) : found]),
  );
}

interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly Json[];
}

/** By series, each exemplar once. */
function mergeExemplars(answers: readonly ShardAnswer[], { externalLabels, exemplars: asked }: MergeContext): Json {
  const merged = new Map<string, ExemplarSeries>();
  for (const { shard, data } of answers) {
    for (const { seriesLabels, exemplars } of data as ExemplarSeries[]) {
      const labels = { ...externalLabels, ...shard.labels, ...seriesLabels };
      if (asked?.selects(labels) !== true) continue;
      const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      const known = merged.get(key)?.exemplars ?? [];
      merged.set(key, { seriesLabels: labels, exemplars: distinct([...known, ...exemplars]) });
    }
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
}

function mergeTargets(answers: readonly ShardAnswer[]): Json {
  const counts: Record<string, number> = {};
  for (const { data } of answers) {
    for (const [pool, count] of Object.entries((data as Fields)['droppedTargetCounts'] ?? {})) {
      counts[pool] = (counts[pool] ?? 0) + (count as number);
    }
  }
  return {
    activeTargets: lists(answers, 'activeTargets'),
    droppedTargets: lists(answers, 'droppedTargets'),
    droppedTargetCounts: counts,
  };
}

const summed = ['numSeries', 'numLabelPairs', 'chunkCount'] as const;
const topLists = [
  'seriesCountByMetricName',
  'labelValueCountByLabelName',
  'memoryInBytesByLabelName',
  'seriesCountByLabelValuePair',
] as const;

function mergeTsdb(answers: readonly ShardAnswer[], { form }: MergeContext): Json {
  const limit = Number(form.find(([key]) => key === 'limit')?.[1] ?? 10);
  const heads = answers.map(({ data }) => (data as Record<string, Record<string, number>>)['headStats'] ?? {});
  const total = (key: string): number => heads.reduce((sum, head) => sum + (head[key] ?? 0), 0);
  return {
    headStats: {
      ...Object.fromEntries(summed.map((key) => [key, total(key)])),
      minTime: Math.min(...heads.map(({ minTime }) => minTime ?? Infinity)),
      maxTime: Math.max(...heads.map(({ maxTime }) => maxTime ?? -Infinity)),
    },
    ...Object.fromEntries(topLists.map((key) => [key, topOf(lists(answers, key), limit)])),
  };
}

function topOf(items: readonly Json[], limit: number): Json[] {
  const totals = new Map<string, number>();
  for (const { name, value } of items as { name: string; value: number }[]) {
    totals.set(name, (totals.get(name) ?? 0) + value);
  }
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .slice(0, limit)
    .map(([name, value]) => ({ name, value }));
}
