import type { Config } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { WorkerPool } from '../../workers/worker-pool.ts';
import { answerOnThread } from './answer-on-thread.ts';
import { answerPassedOn } from './answer-passed-on.ts';
import type { AnswerByOneShard } from '../passthrough/create-passthrough.ts';
import type { QueryTally } from '../query-tally.ts';
import type { JsonAnswer, QueryRequest, ReadCall } from '../service.ts';
import { kindOf, type QueryBlockMeta, type QueryTask, type QueryTaskResult, type ReadTask } from './query-task.ts';

export type QueryPool = WorkerPool<QueryTask | ReadTask, QueryBlockMeta, QueryTaskResult>;

export interface QueryServiceDeps {
  readonly config: Config;
  readonly pool: QueryPool;
  /** Throws where nothing new may begin. */
  readonly guard: () => void;
  /** By shard: the replica to prefer. */
  readonly leaders: () => readonly number[];
  /** By shard: the replicas to leave alone. */
  readonly avoided: () => readonly (readonly number[])[];
  readonly now: () => number;
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
  readonly byOneShard: AnswerByOneShard;
  /** Told of the end of each. */
  readonly onEnd: (ended: EndedQuery) => void;
}

/** A query or remote read that is over. */
interface EndedQuery {
  readonly kind: ReturnType<typeof kindOf>;
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

/** Has queries answered by the one shard that they are about, or by worker threads. */
export function createQueryRunner(deps: QueryServiceDeps): QueryRunner {
  const { config, leaders, avoided } = deps;
  const deadlineMs = (timeoutMs = Infinity): number => deps.now() + Math.min(config.global.queryTimeoutMs, timeoutMs);
  return {
    query: (request, signal) =>
      run(
        deps,
        () => ({
          kind: 'query',
          request,
          leaders: leaders(),
          avoided: avoided(),
          askedMs: deps.now(),
          deadlineMs: deadlineMs(request.timeoutMs),
        }),
        signal,
      ),
    read: ({ queries, format }, signal) =>
      run(
        deps,
        () => ({ kind: 'read', queries, format, leaders: leaders(), avoided: avoided(), deadlineMs: deadlineMs() }),
        signal,
      ),
  };
}

/** What an answer under way has to know and to tell. */
export interface AnswerContext {
  readonly deps: QueryServiceDeps;
  /** Fires when the client has left. */
  readonly signal: AbortSignal;
  readonly startedMs: number;
  /** Gives the query's slot back. */
  readonly release: () => void;
}

async function run(
  deps: QueryServiceDeps,
  createTask: () => QueryTask | ReadTask,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const { config, pool, guard } = deps;
  guard();
  const { maxConcurrent, maxQueued } = config.query.limits;
  if (pool.running >= maxConcurrent && pool.waiting >= maxQueued) throw overloaded(maxConcurrent, maxQueued);
  const startedMs = performance.now();
  const release = await pool.admit(1, signal);
  const context = { deps, signal, startedMs, release };
  const task = createTask();
  try {
    const passed = task.kind === 'read' ? undefined : await answerPassedOn(task, context);
    return passed ?? (await answerOnThread(task, context));
  } catch (error) {
    const durationMs = performance.now() - startedMs;
    const failure = error instanceof QueryError ? error.type : 'internal';
    const outcome = signal.aborted ? 'canceled' : failure;
    deps.onEnd({ kind: kindOf(task), outcome, durationMs, tally: undefined });
    throw error;
  }
}

function overloaded(maxConcurrent: number, maxQueued: number): GatewayError {
  const limits = `query.limits.max_concurrent ${maxConcurrent} and query.limits.max_queued ${maxQueued}`;
  return new GatewayError('PG_OVERLOADED', `too many queries: ${limits} are reached`);
}
