import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import type { Config } from './config/config.ts';
import { negotiateEncoding } from './exposition/negotiate-encoding.ts';
import { negotiateFormat } from './exposition/negotiate.ts';
import { createDedupExplainer } from './federate/pipeline/explain-dedup.ts';
import { createFederateService } from './federate/pipeline/federate-service.ts';
import { createRequestPlanner } from './federate/pipeline/request-plan.ts';
import { compileRules } from './federate/rules/compile-rules.ts';
import { createRuleMemory } from './federate/rules/rule-memory.ts';
import type { FederateService } from './federate/service.ts';
import { systemClock } from './federate/share/clock.ts';
import { createSharedService } from './federate/share/shared-service.ts';
import { createThreadResources } from './federate/shard-task/thread-resources.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from './federate/shard-task/shard-task.ts';
import { stringify } from 'yaml';
import { findLabelNames, findLabelValues, findSeries } from './query/endpoints/label-endpoints.ts';
import { ownStatus } from './query/endpoints/own-status.ts';
import { askServers, serverEndpoints } from './query/endpoints/server-endpoints.ts';
import { explainQuery } from './query/execute/explain-query.ts';
import { explainAnswer } from './query/execute/explain-answer.ts';
import { openGate } from './query/gate.ts';
import { createPassthrough } from './query/passthrough/create-passthrough.ts';
import { createQueryThread } from './query/task/query-thread.ts';
import { createQueryRunner, type QueryPool } from './query/task/query-service.ts';
import { createServer } from './server/create-server.ts';
import type { ListenAddress } from './model/listen-address.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics, type Metrics } from './telemetry/metrics/metrics.ts';
import { observeFederation } from './telemetry/observe-federation.ts';
import { createDivergence } from './topology/divergence.ts';
import { createShardState, type ShardState } from './topology/shard-state.ts';
import { createUpstreamPools, type UpstreamPools } from './upstream/upstream-pools.ts';
import type { ServerDeps } from './server/server-deps.ts';
import { upstreamErrorKind } from './upstream/error-kind.ts';
import { createWorkerPool, type WorkerPool } from './workers/worker-pool.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly listen: ListenAddress;
  readonly logger: Logger;
  readonly version: string;
}

export interface Gateway {
  readonly url: string;
  /** Stops accepting, lets requests under way finish for at most `graceMs`, then stops the threads. */
  close(graceMs: number): Promise<void>;
}

type FederatePool = WorkerPool<ShardTask, BlockMeta, ShardTaskResult>;

/** What all answers kept for reuse may take together. */
const maxReuseBytes = 64 * 1024 * 1024;

/** Puts the parts together and listens. @throws GatewayError `PG_USAGE` when the address cannot be bound. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, logger } = options;
  const metrics = createMetrics({ version: options.version, errorKind: upstreamErrorKind });
  const pool = createPool(options, metrics);
  const federation = createFederation(options, metrics, pool);
  const queryPool = createQueryPool(options, metrics);
  const upstream = createUpstreamPools({ version: options.version, now: () => Date.now() });
  const server = createServer(
    {
      federate: shareRequests(config, metrics, federation),
      explainDedup: createDedupExplainer({
        config,
        ...federation,
        resources: { ...createThreadResources({ config, version: options.version }), pools: upstream },
        enforce: (matchers) => openGate.enforce(matchers),
        now: () => Date.now(),
      }),
      ...createQueries(options, { pool: queryPool, pools: upstream, shardStates: federation.shardStates, metrics }),
      negotiate: (accept, acceptEncoding) => ({
        ...negotiateFormat(accept),
        encoding: negotiateEncoding(acceptEncoding),
      }),
      metrics,
      logger,
      notReady: () => undefined,
    },
    {
      partialResponse: config.federation.partialResponse,
      queryPartialResponse: config.query.partialResponse,
      experimentalFunctions: config.query.experimentalFunctions,
    },
  );
  await pool.ready();
  const url = await server.listen(options.listen);
  return {
    url,
    async close(graceMs) {
      await server.close(graceMs);
      await Promise.all([pool.close(), queryPool.close(), upstream.close()]);
      metrics.close();
    },
  };
}

function createPool({ config, logger, version }: GatewayOptions, metrics: Metrics): FederatePool {
  const shards = config.shards.length;
  const maxConcurrent = config.federation.limits.maxConcurrent || 64;
  const pool: FederatePool = createWorkerPool({
    // The published package holds compiled files.
    entry: new URL(`./federate/shard-task/entry${extname(import.meta.url)}`, import.meta.url),
    name: 'runTask',
    workerData: { config, version },
    threads: Math.min(availableParallelism(), shards),
    // Tasks make short-lived buffers; a small nursery is collected often, and they with it.
    nurseryMb: 3,
    slots: shards * maxConcurrent,
    onCrash(error) {
      metrics.workers.countCrash();
      logger.error({ err: error }, 'a worker thread died and is being replaced');
    },
  });
  metrics.workers.watchPool(() => ({ threads: pool.threads, queueLength: pool.waiting }));
  return pool;
}

/** Threads of their own, so that a heavy query cannot hold back a scrape. */
function createQueryPool({ config, logger, version }: GatewayOptions, metrics: Metrics): QueryPool {
  const { maxConcurrent } = config.query.limits;
  return createWorkerPool({
    entry: new URL(`./query/task/entry${extname(import.meta.url)}`, import.meta.url),
    name: 'runTask',
    workerData: { config, version },
    threads: Math.min(availableParallelism(), maxConcurrent),
    // A gateway that only federates has no need of their memory.
    startsEmpty: true,
    nurseryMb: 32,
    slots: maxConcurrent,
    onCrash(error) {
      metrics.workers.countCrash();
      logger.error({ err: error }, 'a query thread died and is being replaced');
    },
  });
}

interface QueryParts {
  readonly pool: QueryPool;
  /** For what the main thread asks itself: small answers about labels and servers. */
  readonly pools: UpstreamPools;
  readonly shardStates: readonly ShardState[];
  readonly metrics: Metrics;
}

function createQueries(
  { config, logger, version }: GatewayOptions,
  { pool, pools, shardStates, metrics }: QueryParts,
): Pick<ServerDeps, 'query' | 'labels' | 'servers' | 'status'> {
  const now = (): number => Date.now();
  const leaders = (): number[] => shardStates.map((state) => state.leader());
  const rules = compileRules(config.aggregationRules);
  const deps = { config, pools, leaders, now, gate: openGate, rules };
  const runner = createQueryRunner({
    config,
    pool,
    leaders,
    now,
    byOneShard: createPassthrough({ thread: createQueryThread({ config, version }, pools), gate: openGate }),
    onReplicaError(shard, replica, error) {
      metrics.queries.countReplicaError(shard, replica, upstreamErrorKind(error.code));
      logger.warn({ shard, replica, err: error }, 'a query went on without a replica');
    },
    onEnd: (ended) => metrics.queries.observe(ended),
  });
  metrics.queries.watch(() => ({ running: pool.running, waiting: pool.waiting }));
  const endpoints = new Map(serverEndpoints.map((endpoint) => [endpoint.path, endpoint]));
  return {
    query: {
      query: (request, signal) => runner.query(request, signal),
      read: (request, signal) => runner.read(request, signal),
      explain: (request, format) => explainAnswer(explainQuery(request, { config, gate: openGate, rules }), format),
    },
    labels: {
      series: (request) => findSeries(deps, request),
      names: (request) => findLabelNames(deps, request),
      values: (label, request) => findLabelValues(deps, label, request),
    },
    servers: {
      routes: serverEndpoints,
      ask: (path, request) => askServers(deps, endpoints.get(path)!, request),
    },
    status: ownStatus({ version, startedMs: now(), configText: stringify(config), flags: {} }),
  };
}

function createFederation({ config, logger }: GatewayOptions, metrics: Metrics, pool: FederatePool) {
  const { shards, global, deduplication, federation, aggregationRules } = config;
  const rules = compileRules(aggregationRules);
  const shardStates = shards.map((shard) => createShardState(shard, deduplication, global.lookbackDeltaMs));
  const now = (): number => Date.now();
  const planner = createRequestPlanner(config, rules);
  const shardNames = shards.map(({ name }) => name);
  const ruleMemory = createRuleMemory(rules, shardNames, {
    lookbackDeltaMs: global.lookbackDeltaMs,
    // A full rule on every shard must fit, or the limit that it has would never be the one that is met.
    maxContributions: federation.limits.maxGroupsPerRule * shards.length * Math.max(1, aggregationRules.length),
  });
  const divergences = shards.map(() => createDivergence());
  const observer = observeFederation({
    metrics,
    logger,
    shards,
    rules: aggregationRules,
    shardStates,
    divergences,
    now,
  });
  const service = createFederateService({
    config,
    pool,
    shardStates,
    rules,
    ruleMemory,
    planner,
    observer,
    now,
  });
  return { service, planner, shardStates };
}

function shareRequests(
  config: Config,
  metrics: Metrics,
  { service, planner }: ReturnType<typeof createFederation>,
): FederateService {
  const { limits, reuseForMs } = config.federation;
  return createSharedService(service, {
    keyOf: (request) => planner.plan(request).key,
    maxConcurrent: limits.maxConcurrent,
    maxQueued: limits.maxQueued,
    maxClientLagBytes: limits.maxClientLagBytes,
    reuseForMs,
    maxReuseBytes,
    maxClientsPerFanOut: 1000,
    clock: systemClock,
    events: {
      onShared: () => metrics.federate.countShared(),
      onReused: () => metrics.federate.countReused(),
      onClientCut: () => metrics.federate.countClientCut(),
    },
  });
}
