import { Gauge, Registry } from 'prom-client';
import type { ErrorCode } from '../../model/errors.ts';
import { createAggregationMetrics, type AggregationMetrics } from './aggregation-metrics.ts';
import { createConfigMetrics, type ConfigMetrics } from './config-metrics.ts';
import { createDiscoveryMetrics, type DiscoveryMetrics } from './discovery-metrics.ts';
import { watchEventLoop } from './event-loop-delay.ts';
import { createFederateMetrics, type FederateMetrics } from './federate-metrics.ts';
import { createHttpMetrics, type HttpMetrics } from './http-metrics.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { createQueryMetrics, type QueryMetrics } from './query-metrics.ts';
import { createSecurityMetrics, type SecurityMetrics } from './security-metrics.ts';
import { removeSeries } from './remove-series.ts';
import { createReplicaMetrics, type ReplicaMetrics } from './replica-metrics.ts';
import { createShardMetrics, type ShardMetrics } from './shard-metrics.ts';
import { createUpstreamMetrics, type UpstreamMetrics } from './upstream-metrics.ts';
import { createTenantMetrics, type TenantMetrics } from './tenant-metrics.ts';
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts';

/** promgate's own instruments by stage. `docs/metrics.md` lists every name; a test compares both directions. */
export interface Metrics {
  readonly http: HttpMetrics;
  readonly upstream: UpstreamMetrics;
  readonly shards: ShardMetrics;
  readonly replicas: ReplicaMetrics;
  readonly federate: FederateMetrics;
  readonly aggregation: AggregationMetrics;
  readonly workers: WorkerMetrics;
  readonly queries: QueryMetrics;
  readonly security: SecurityMetrics;
  readonly config: ConfigMetrics;
  readonly discovery: DiscoveryMetrics;
  /** Removes the series of shards, and of replicas of shards, that are not there. */
  keepOnly(isThere: (shard: string, replica?: string) => boolean): Promise<void>;
  readonly tenants: TenantMetrics;
  /** Text format 0.0.4 of everything in the registry. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Stops the monitors; the registry stays readable. */
  close(): void;
}

export interface MetricsOptions {
  readonly version: string;
  /** The label `kind` of the errors of upstream reads. */
  readonly errorKind: (code: ErrorCode) => string;
  /** A fresh one is made when left out; never the library's global one. */
  readonly registry?: Registry;
}

const EVENT_LOOP_WINDOW_MS = 10_000;

/** @throws Error when `registry` already holds one of the names. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { version, errorKind, registry = new Registry() } = options;
  registerProcessMetrics(registry);
  const build = new Gauge({
    name: 'promgate_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node_version'] as const,
    registers: [registry],
  });
  build.set({ version, node_version: process.versions.node }, 1);
  const eventLoop = watchEventLoop(registry, { windowMs: EVENT_LOOP_WINDOW_MS });
  return {
    http: createHttpMetrics(registry),
    upstream: createUpstreamMetrics(registry, errorKind),
    shards: createShardMetrics(registry),
    replicas: createReplicaMetrics(registry),
    federate: createFederateMetrics(registry),
    aggregation: createAggregationMetrics(registry),
    workers: createWorkerMetrics(registry),
    queries: createQueryMetrics(registry),
    security: createSecurityMetrics(registry),
    config: createConfigMetrics(registry),
    discovery: createDiscoveryMetrics(registry),
    keepOnly: (isThere) =>
      removeSeries(registry, 'shard', ({ shard, replica }) =>
        replica === undefined ? !isThere(String(shard)) : !isThere(String(shard), String(replica)),
      ),
    tenants: createTenantMetrics(registry),
    async render() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    close: () => eventLoop.stop(),
  };
}
