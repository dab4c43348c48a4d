import type { Config } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import type { ReadQuery } from '../../remote/read-request.ts';
import type { JsonAnswer, QueryRequest } from '../service.ts';
import type { QueryBlockMeta, QueryTask, QueryTaskResult, ReadTask } from './query-task.ts';

export type QueryPool = WorkerPool<QueryTask | ReadTask, QueryBlockMeta, QueryTaskResult>;

export interface QueryServiceDeps {
  readonly config: Config;
  readonly pool: QueryPool;
  /** By shard: the replica to prefer. */
  readonly leaders: () => readonly number[];
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
}

/** What runs on worker threads: queries, and remote reads of the gateway's own clients. */
export interface QueryRunner {
  query(request: QueryRequest, signal: AbortSignal): Promise<JsonAnswer>;
  read(queries: readonly ReadQuery[], signal: AbortSignal): Promise<JsonAnswer>;
}

/** Hands queries to worker threads and their answers back, block by block. */
export function createQueryRunner(deps: QueryServiceDeps): QueryRunner {
  const { config, leaders } = deps;
  const deadlineMs = (timeoutMs = Infinity): number => deps.now() + Math.min(config.global.queryTimeoutMs, timeoutMs);
  return {
    query: (request, signal) =>
      run(
        deps,
        () => ({ kind: 'query', request, leaders: leaders(), deadlineMs: deadlineMs(request.timeoutMs) }),
        signal,
      ),
    read: (queries, signal) =>
      run(deps, () => ({ kind: 'read', queries, leaders: leaders(), deadlineMs: deadlineMs() }), signal),
  };
}

async function run(
  deps: QueryServiceDeps,
  createTask: () => QueryTask | ReadTask,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const { config, pool } = deps;
  const { maxConcurrent, maxQueued } = config.query.limits;
  if (pool.running >= maxConcurrent && pool.waiting >= maxQueued) throw overloaded(maxConcurrent, maxQueued);
  const release = await pool.admit(1, signal);
  const task = pool.start(createTask());
  void task.ended.finally(release);
  const onAbort = (): void => task.abort();
  signal.addEventListener('abort', onAbort);
  const done = (): void => signal.removeEventListener('abort', onAbort);
  try {
    const first = await task.next();
    if (first.kind === 'end') throw new GatewayError('PG_CLIENT_GONE', 'the client closed the connection');
    return { status: first.meta.status, body: bodyOf({ first, task, done }, deps) };
  } catch (error) {
    done();
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
}

async function* bodyOf({ first, task, done }: Started, deps: QueryServiceDeps): AsyncGenerator<Uint8Array, void> {
  try {
    for (let message: Message = first; ; message = await task.next()) {
      if (message.kind === 'end') {
        for (const { shard, replica, error } of message.result.replicaErrors) {
          deps.onReplicaError(shard, replica, new GatewayError(error.code, error.message, { details: error.details }));
        }
        return;
      }
      yield new Uint8Array(message.buffers.bytes, 0, message.meta.length);
      task.recycle(message.buffers);
    }
  } finally {
    task.abort();
    done();
  }
}
