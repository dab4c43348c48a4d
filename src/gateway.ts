import { availableParallelism, totalmem } from 'node:os';
import { extname } from 'node:path';
import type { Config } from './config/config.ts';
import { watchWebConfig } from './config/web/watch-web-config.ts';
import { withoutSecrets } from './config/without-secrets.ts';
import { negotiateEncoding } from './exposition/negotiate-encoding.ts';
import { negotiateFormat } from './exposition/negotiate.ts';
import { createFederateService } from './federate/pipeline/federate-service.ts';
import { createRequestPlanner } from './federate/pipeline/request-plan.ts';
import { compileRules } from './federate/rules/compile-rules.ts';
import { createRuleMemory } from './federate/rules/rule-memory.ts';
import type { FederateService } from './federate/service.ts';
import { systemClock } from './federate/share/clock.ts';
import { createSharedService } from './federate/share/shared-service.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from './federate/shard-task/shard-task.ts';
import { stringify } from 'yaml';
import { findLabelNames, findLabelValues, findSeries } from './query/endpoints/label-endpoints.ts';
import { ownStatus } from './query/endpoints/own-status.ts';
import { askServers } from './query/endpoints/ask-servers.ts';
import { serverEndpoints } from './query/endpoints/server-endpoints.ts';
import { explainQuery } from './query/execute/explain-query.ts';
import { explainAnswer } from './query/execute/explain-answer.ts';
import { createTenantGates } from './promql/selector/tenant-gates.ts';
import { createPassthrough } from './query/passthrough/create-passthrough.ts';
import { createQueryThread } from './query/task/query-thread.ts';
import type { QueryPool } from './query/task/answer-context.ts';
import { createQueryRunner } from './query/task/query-service.ts';
import { createMemoryGuard } from './server/memory-guard.ts';
import type { Authentication } from './server/auth/authenticate.ts';
import { createLogin } from './server/auth/login.ts';
import { createPasswordChecks } from './server/auth/password-checks.ts';
import { createServer } from './server/create-server.ts';
import { createTenancy } from './server/tenancy/guard-tenants.ts';
import type { ListenAddress } from './model/listen-address.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics, type Metrics } from './telemetry/metrics/metrics.ts';
import { observeFederation } from './telemetry/observe-federation.ts';
import { createShardBreakers, type ShardBreakers } from './topology/shard-breakers.ts';
import { createShardState, type ShardState } from './topology/shard-state.ts';
import { createUpstreamPools, type UpstreamPools } from './upstream/upstream-pools.ts';
import type { ServerDeps, ServerOptions } from './server/server-deps.ts';
import { upstreamErrorKind } from './upstream/error-kind.ts';
import { createWorkerPool, type WorkerPool } from './workers/worker-pool.ts';

/** What a request may be like; what is left out has the server's defaults. */
type RequestLimits = Omit<ServerOptions, 'partialResponse' | 'queryPartialResponse' | 'experimentalFunctions'>;

export interface GatewayOptions {
  readonly config: Config;
  readonly listen: ListenAddress;
  /** TLS and users, in the format of Prometheus; undefined: plain HTTP for everyone. */
  readonly webConfigFile: string | undefined;
  readonly requestLimits: RequestLimits;
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

/**
 * Puts the parts together and listens.
 * @throws GatewayError `PG_USAGE` when the address cannot be bound, `PG_CONFIG_INVALID` for a faulty web configuration
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, logger } = options;
  const metrics = createMetrics({ version: options.version, errorKind: upstreamErrorKind });
  const access = await openAccess(options, metrics);
  const pool = createPool(options, metrics);
  const federation = createFederation(options, metrics, pool);
  const queryPool = createQueryPool(options, metrics);
  const upstream = createUpstreamPools({ version: options.version, now: () => Date.now() });
  const guardMemory = createMemoryGuard({
    maxBytes: config.global.maxMemoryBytes || defaultMaxMemoryBytes(),
    residentBytes: () => process.memoryUsage.rss(),
    clock: () => performance.now(),
    onRefused: () => metrics.http.countMemoryRefusal(),
  });
  const server = createServer(
    {
      federate: guardFederate(shareRequests(config, metrics, federation), guardMemory),
      ...createQueries(options, { pool: queryPool, pools: upstream, ...federation, metrics, guardMemory }),
      negotiate: (accept, acceptEncoding) => ({
        ...negotiateFormat(accept),
        encoding: negotiateEncoding(acceptEncoding),
      }),
      auth: access.auth,
      tenancy: config.tenants === undefined ? undefined : createTenancy(config.tenants),
      metrics,
      logger,
      notReady: () => undefined,
    },
    {
      ...options.requestLimits,
      partialResponse: config.federation.partialResponse,
      queryPartialResponse: config.query.partialResponse,
      clientStallTimeoutMs: config.global.clientStallTimeoutMs,
      experimentalFunctions: config.query.experimentalFunctions,
    },
  );
  await pool.ready();
  const url = await server.listen(options.listen);
  return {
    url,
    async close(graceMs) {
      await server.close(graceMs);
      await Promise.all([pool.close(), queryPool.close(), upstream.close(), access.close()]);
      metrics.close();
    },
  };
}

interface Access {
  readonly auth: Authentication;
  close(): Promise<void>;
}

/** Who is let in, as the web configuration says from moment to moment. */
async function openAccess({ webConfigFile, logger }: GatewayOptions, { security }: Metrics): Promise<Access> {
  const webConfig = await watchWebConfig(webConfigFile, {
    intervalMs: 1000,
    onLoaded(loaded) {
      security.webConfigLoaded(loaded.tls?.certExpiresMs);
      logger.info({ tls: loaded.tls !== undefined, users: loaded.users.size }, 'web configuration loaded');
    },
    onWarning: (message) => logger.warn({}, message),
    onRefused(error) {
      security.webConfigRefused();
      logger.error({ err: error }, 'the changed web configuration is not used; the one before it stays');
    },
  });
  // A check takes a core for a while: one is left to everything else.
  const threads = Math.min(4, Math.max(1, availableParallelism() - 1));
  const checks = createPasswordChecks({ threads, maxQueued: 100 });
  security.watchPasswordQueue(() => checks.waiting);
  return {
    auth: { webConfig: () => webConfig.current(), login: createLogin({ checks, now: () => performance.now() }) },
    async close() {
      webConfig.stop();
      await checks.close();
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
  readonly breakers: readonly ShardBreakers[];
  readonly metrics: Metrics;
  /** Throws where nothing new may begin. */
  readonly guardMemory: () => void;
}

function createQueries(
  { config, logger, version }: GatewayOptions,
  { pool, pools, shardStates, breakers, metrics, guardMemory }: QueryParts,
): Pick<ServerDeps, 'query' | 'labels' | 'servers' | 'status'> {
  const now = (): number => Date.now();
  const leaders = (): number[] => shardStates.map((state) => state.leader());
  const rules = compileRules(config.aggregationRules);
  const gateOf = createTenantGates(config.tenants);
  const deps = { config, pools, leaders, now, gateOf, rules };
  const failReplica = ({ shard, replica }: { readonly shard: string; readonly replica: string }): void => {
    const index = config.shards.findIndex(({ name }) => name === shard);
    breakers[index]?.failed(config.shards[index]!.replicas.findIndex(({ name }) => name === replica));
  };
  const runner = createQueryRunner({
    config,
    pool,
    guard: guardMemory,
    leaders,
    avoided: () => breakers.map((shard) => shard.avoided()),
    now,
    byOneShard: createPassthrough({ thread: createQueryThread({ config, version }, pools) }),
    onReplicaError(shard, replica, error) {
      metrics.queries.countReplicaError(shard, replica, upstreamErrorKind(error.code));
      failReplica({ shard, replica });
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
      explain: (request, format) =>
        explainAnswer(explainQuery(request, { config, gate: gateOf(request.tenant), rules }), format),
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
    status: ownStatus({ version, startedMs: now(), configText: stringify(withoutSecrets(config)), flags: {} }),
  };
}

function createFederation({ config, logger }: GatewayOptions, metrics: Metrics, pool: FederatePool) {
  const { shards, global, deduplication, federation, aggregationRules } = config;
  const rules = compileRules(aggregationRules);
  const shardStates = shards.map((shard) => createShardState(shard, deduplication, global.lookbackDeltaMs));
  const breakers = shards.map(({ replicas }) => createShardBreakers(replicas.length, deduplication.breaker));
  const now = (): number => Date.now();
  const planner = createRequestPlanner(config, rules);
  const shardNames = shards.map(({ name }) => name);
  const ruleMemory = createRuleMemory(rules, shardNames, {
    lookbackDeltaMs: global.lookbackDeltaMs,
    // A full rule on every shard must fit, or the limit that it has would never be the one that is met.
    maxContributions: federation.limits.maxGroupsPerRule * shards.length * Math.max(1, aggregationRules.length),
  });
  const observer = observeFederation({ metrics, logger, shards, rules: aggregationRules, shardStates, breakers, now });
  const service = createFederateService({
    config,
    pool,
    shardStates,
    breakers,
    rules,
    ruleMemory,
    planner,
    observer,
    now,
  });
  return { service, planner, shardStates, breakers };
}

function guardFederate(service: FederateService, guard: () => void): FederateService {
  return {
    async federate(request, signal) {
      guard();
      return service.federate(request, signal);
    },
  };
}

/** Nine tenths of what the container, or else the machine, has. */
function defaultMaxMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return 0.9 * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem());
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
