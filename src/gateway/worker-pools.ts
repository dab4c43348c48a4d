import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import type { Config } from '../config/config.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from '../federate/shard-task/shard-task.ts';
import type { QueryPool } from '../query/task/answer-context.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import { createWorkerPool, type WorkerPool } from '../workers/worker-pool.ts';

type FederatePool = WorkerPool<ShardTask, BlockMeta, ShardTaskResult>;

export interface WorkerPools {
  readonly federate: FederatePool;
  /** Threads of their own, so that a heavy query cannot hold back a scrape. */
  readonly query: QueryPool;
  /** Takes the limits of another configuration; the number of threads stays. */
  configure(config: Config): void;
  close(): Promise<void>;
}

interface PoolsOptions {
  readonly config: Config;
  readonly version: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** The threads that do what takes long. They get the configuration with their tasks. */
export function createWorkerPools(options: PoolsOptions): WorkerPools {
  const federate = createFederatePool(options);
  const query = createQueryPool(options);
  const { metrics, logger } = options;
  metrics.workers.watchPool(() => ({ threads: federate.threads, queueLength: federate.waiting }));
  metrics.queries.watch(() => ({ running: query.running, waiting: query.waiting }));
  return {
    federate,
    query,
    configure(config) {
      // Fewer would refuse requests of an older configuration with more shards; fan-outs have a limit of their own.
      federate.resize(Math.max(federate.slots, federateSlots(config)));
      query.resize(config.query.limits.maxConcurrent);
      const wanted = { federation: federateThreads(config), queries: queryThreads(config) };
      if (wanted.federation === federate.threads && wanted.queries === query.threads) return;
      logger.info(
        { threads: { federation: federate.threads, queries: query.threads }, wanted },
        'the configuration asks for another number of threads, which only a restart changes',
      );
    },
    async close() {
      await Promise.all([federate.close(), query.close()]);
    },
  };
}

function createFederatePool({ config, version, metrics, logger }: PoolsOptions): FederatePool {
  return createWorkerPool({
    entry: entryOf('../federate/shard-task/entry'),
    name: 'runTask',
    workerData: { version },
    threads: federateThreads(config),
    // Tasks make short-lived buffers; a small nursery is collected often, and they with it.
    nurseryMb: 3,
    slots: federateSlots(config),
    onCrash(error) {
      metrics.workers.countCrash();
      logger.error({ err: error }, 'a worker thread died and is being replaced');
    },
  });
}

function createQueryPool({ config, version, metrics, logger }: PoolsOptions): QueryPool {
  return createWorkerPool({
    entry: entryOf('../query/task/entry'),
    name: 'runTask',
    workerData: { version },
    threads: queryThreads(config),
    // A gateway that only federates has no need of their memory.
    startsEmpty: true,
    nurseryMb: 32,
    slots: config.query.limits.maxConcurrent,
    onCrash(error) {
      metrics.workers.countCrash();
      logger.error({ err: error }, 'a query thread died and is being replaced');
    },
  });
}

/** The published package holds compiled files. */
function entryOf(path: string): URL {
  return new URL(`${path}${extname(import.meta.url)}`, import.meta.url);
}

/** A fleet that is found may grow. */
function federateThreads({ shards, discovery }: Config): number {
  return discovery === undefined ? Math.min(availableParallelism(), shards.length) : availableParallelism();
}

function queryThreads({ query }: Config): number {
  return Math.min(availableParallelism(), query.limits.maxConcurrent);
}

function federateSlots({ shards, federation }: Config): number {
  return Math.max(1, shards.length) * (federation.limits.maxConcurrent || 64);
}
