import type { Config } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { noShards } from '../../model/no-shards.ts';
import type { SharedJson } from '../../workers/shared-json.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import type { QueryTally } from '../query-tally.ts';
import type { JsonAnswer, QueryRequest, ReadCall } from '../service.ts';
import type { QueryBlockMeta, QueryTask, QueryTaskResult, ReadTask } from './query-task.ts';

export type QueryPool = WorkerPool<QueryTask | ReadTask, QueryBlockMeta, QueryTaskResult>;

export interface QueryServiceDeps {
  readonly config: Config;
  /** `config` for the worker threads. */
  readonly sharedConfig: SharedJson;
  readonly pool: QueryPool;
  /** By shard: the replica to prefer. */
  readonly leaders: () => readonly number[];
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  /** Told of the end of each. */
  readonly onEnd: (ended: EndedQuery) => void;
}

/** A query or remote read that is over. */
interface EndedQuery {
  readonly kind: 'instant' | 'range' | 'read';
  /** `canceled` where the client left, whatever the thread made of it. */
  readonly outcome: QueryTaskResult['outcome'];
  readonly durationMs: number;
  /** Undefined where the client left before the end. */
  readonly tally: QueryTally | undefined;
}

/** What runs on worker threads: queries, and remote reads of the gateway's own clients. */
export interface QueryRunner {
  query(request: QueryRequest, signal: AbortSignal): Promise<JsonAnswer>;
  read(request: ReadCall, signal: AbortSignal): Promise<JsonAnswer>;
}

/** Hands queries to worker threads and their answers back, block by block. */
export function createQueryRunner(deps: QueryServiceDeps): QueryRunner {
  const { config, sharedConfig, leaders } = deps;
  const deadlineMs = (timeoutMs = Infinity): number => deps.now() + Math.min(config.global.queryTimeoutMs, timeoutMs);
  return {
    query: (request, signal) =>
      run(
        deps,
        () => ({
          kind: 'query',
          config: sharedConfig,
          request,
          leaders: leaders(),
          askedMs: deps.now(),
          deadlineMs: deadlineMs(request.timeoutMs),
        }),
        signal,
      ),
    read: ({ queries, format }, signal) =>
      run(
        deps,
        () => ({
          kind: 'read',
          config: sharedConfig,
          queries,
          format,
          leaders: leaders(),
          deadlineMs: deadlineMs(),
        }),
        signal,
      ),
  };
}

async function run(
  deps: QueryServiceDeps,
  createTask: () => QueryTask | ReadTask,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const { config, pool } = deps;
  if (config.shards.length === 0) throw new QueryError('unavailable', noShards);
  const { maxConcurrent, maxQueued } = config.query.limits;
  if (pool.running >= maxConcurrent && pool.waiting >= maxQueued) throw overloaded(maxConcurrent, maxQueued);
  const startedMs = performance.now();
  const release = await pool.admit(1, signal);
  const asked = createTask();
  const task = pool.start(asked);
  void task.ended.finally(release);
  const onAbort = (): void => task.abort();
  signal.addEventListener('abort', onAbort);
  const done = (): void => signal.removeEventListener('abort', onAbort);
  try {
    const first = await task.next();
    if (first.kind === 'end') throw new GatewayError('PG_CLIENT_GONE', 'the client closed the connection');
    return { status: first.meta.status, body: bodyOf({ first, task, done, kind: kindOf(asked), startedMs }, deps) };
  } catch (error) {
    done();
    const durationMs = performance.now() - startedMs;
    const outcome = signal.aborted ? 'canceled' : 'internal';
    deps.onEnd({ kind: kindOf(asked), outcome, durationMs, tally: undefined });
    throw error;
  }
}

function overloaded(maxConcurrent: number, maxQueued: number): GatewayError {
  const limits = `query.limits.max_concurrent ${maxConcurrent} and query.limits.max_queued ${maxQueued}`;
  return new GatewayError('PG_OVERLOADED', `too many queries: ${limits} are reached`);
}

type Task = ReturnType<QueryPool['start']>;
type Message = Awaited<ReturnType<Task['next']>>;

interface Started {
  readonly first: Extract<Message, { kind: 'block' }>;
  readonly task: Task;
  readonly done: () => void;
  readonly kind: EndedQuery['kind'];
  readonly startedMs: number;
}

function kindOf(task: QueryTask | ReadTask): EndedQuery['kind'] {
  if (task.kind === 'read') return 'read';
  return task.request.isInstant ? 'instant' : 'range';
}

async function* bodyOf(
  { first, task, done, kind, startedMs }: Started,
  deps: QueryServiceDeps,
): AsyncGenerator<Uint8Array, void> {
  let result: QueryTaskResult | undefined;
  try {
    for (let message: Message = first; ; message = await task.next()) {
      if (message.kind === 'end') {
        result = message.result;
        for (const { shard, replica, error } of result.replicaErrors) {
          deps.onReplicaError(shard, replica, new GatewayError(error.code, error.message, { details: error.details }));
        }
        return;
      }
      yield new Uint8Array(message.buffers.bytes, 0, message.meta.length);
      task.recycle(message.buffers);
    }
  } finally {
    if (result === undefined) task.abort();
    done();
    const durationMs = performance.now() - startedMs;
    deps.onEnd({ kind, outcome: result?.outcome ?? 'canceled', durationMs, tally: result?.tally });
  }
}
