import type { Shape } from '../replicas/answer-shapes.ts';
import type { Form } from './ask-replicas.ts';
import type { ShardAnswer } from './ask-shards.ts';
import type { ExemplarQueries } from './exemplar-queries.ts';
import { mergeTsdb } from './merge-tsdb.ts';
import * as shapes from './server-shapes.ts';
import { narrowAlerts, narrowMetadata, narrowRules, type TenantView } from './tenant-views.ts';

type Json = unknown;

/** How the answers of shards to an endpoint about the servers themselves become one. `Data`: that of a shard's answer. */
export interface ServerEndpoint<Data = unknown> {
  readonly path: string;
  /** Default GET alone. */
  readonly methods?: readonly ('GET' | 'POST')[];
  readonly shape: Shape<Data>;
  /** What a tenant may see of a shard's answer; without it only those who may see everything are answered. */
  narrow?(answer: ShardAnswer<Data>, view: TenantView): Data | Promise<Data>;
  merge(answers: readonly ShardAnswer<Data>[], context: MergeContext): Json;
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
  endpoint({ path: '/api/v1/metadata', shape: shapes.metadata, narrow: narrowMetadata, merge: mergeMetadata }),
  endpoint({
    path: exemplarsPath,
    methods: ['GET', 'POST'],
    shape: shapes.exemplars,
    // What is asked of the shards is narrowed already.
    narrow: ({ data }) => data,
    merge: mergeExemplars,
  }),
  endpoint({
    path: '/api/v1/rules',
    shape: shapes.rules,
    narrow: narrowRules,
    merge: (answers, context) => ({ groups: withoutReplicas(all(answers, 'groups'), context) }),
  }),
  endpoint({
    path: '/api/v1/alerts',
    shape: shapes.alerts,
    narrow: narrowAlerts,
    merge: (answers, context) => ({ alerts: distinct(withoutReplicas(all(answers, 'alerts'), context)) }),
  }),
  endpoint({ path: '/api/v1/targets', shape: shapes.targets, merge: mergeTargets }),
  endpoint({
    path: '/api/v1/targets/metadata',
    shape: shapes.targetMetadata,
    merge: (answers) => distinct(answers.flatMap(({ data }) => data)),
  }),
  endpoint({
    path: '/api/v1/scrape_pools',
    shape: shapes.scrapePools,
    merge: (answers) => ({ scrapePools: [...new Set(all(answers, 'scrapePools'))].sort() }),
  }),
  endpoint({
    path: '/api/v1/alertmanagers',
    shape: shapes.alertmanagers,
    merge: (answers) => ({
      activeAlertmanagers: distinct(all(answers, 'activeAlertmanagers')),
      droppedAlertmanagers: distinct(all(answers, 'droppedAlertmanagers')),
    }),
  }),
  endpoint({ path: '/api/v1/status/tsdb', shape: shapes.tsdbStatus, merge: mergeTsdb }),
];

/** Each is typed by itself: an endpoint is only ever handed what its own shape has made. */
function endpoint<Data>(one: ServerEndpoint<Data>): ServerEndpoint {
  return one;
}

/** The elements of a list of all answers. */
function all<Key extends string, T>(
  answers: readonly ShardAnswer<Readonly<Record<Key, readonly T[]>>>[],
  key: Key,
): readonly T[] {
  return answers.flatMap(({ data }) => data[key]);
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
function mergeMetadata(
  answers: readonly ShardAnswer<ReturnType<typeof shapes.metadata>>[],
  { form }: MergeContext,
): Json {
  // A metric may have any name, that of something which every object has as well.
  const merged = new Map<string, Json[]>();
  for (const { data } of answers) {
    for (const [metric, entries] of Object.entries(data)) {
      merged.set(metric, distinct([...(merged.get(metric) ?? []), ...entries]));
    }
  }
  const valueOf = (name: string): number | undefined => {
    const text = form.find(([key]) => key === name)?.[1];
    return text === undefined || text === '' ? undefined : Number(text);
  };
  const limit = valueOf('limit') ?? -1;
  const perMetric = valueOf('limit_per_metric') ?? -1;
  const entries = [...merged].slice(0, limit < 0 ? undefined : limit);
  return Object.fromEntries(
    entries.map(([metric, found]) => [metric, perMetric > 0 ? found.slice(0, perMetric) : found]),
  );
}

/** By series, each exemplar once. */
function mergeExemplars(
  answers: readonly ShardAnswer<readonly shapes.ExemplarSeries[]>[],
  { externalLabels, exemplars: asked }: MergeContext,
): Json {
  const merged = new Map<string, { readonly seriesLabels: Json; readonly exemplars: readonly Json[] }>();
  for (const { shard, data } of answers) {
    for (const { seriesLabels, exemplars } of data) {
      const labels = { ...externalLabels, ...shard.labels, ...seriesLabels };
      if (asked?.selects(labels) !== true) continue;
      const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      const known = merged.get(key)?.exemplars ?? [];
      merged.set(key, { seriesLabels: labels, exemplars: distinct([...known, ...exemplars]) });
    }
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
}

function mergeTargets(answers: readonly ShardAnswer<shapes.Targets>[]): Json {
  const counts = new Map<string, number>();
  for (const { data } of answers) {
    for (const [pool, count] of Object.entries(data.droppedTargetCounts)) {
      counts.set(pool, (counts.get(pool) ?? 0) + count);
    }
  }
  return {
    activeTargets: all(answers, 'activeTargets'),
    droppedTargets: all(answers, 'droppedTargets'),
    droppedTargetCounts: Object.fromEntries(counts),
  };
}
