import { GatewayError } from '../../model/errors.ts';
import { noShards } from '../../model/no-shards.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { JsonAnswer, QueryRequest, ReadCall } from '../service.ts';
import type { QueryServiceDeps } from './answer-context.ts';
import { answerOnThread } from './answer-on-thread.ts';
import { answerPassedOn } from './answer-passed-on.ts';
import { kindOf, type QueryTask, type ReadTask } from './query-task.ts';

/** What runs on worker threads: queries, and remote reads of the gateway's own clients. */
export interface QueryRunner {
  query(request: QueryRequest, signal: AbortSignal): Promise<JsonAnswer>;
  read(request: ReadCall, signal: AbortSignal): Promise<JsonAnswer>;
}

/** Has queries answered by the one shard that they are about, or by worker threads. */
export function createQueryRunner(deps: QueryServiceDeps): QueryRunner {
  const { config, sharedConfig, leaders, avoided } = deps;
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
          avoided: avoided(),
          askedMs: deps.now(),
          deadlineMs: deadlineMs(request.timeoutMs),
        }),
        signal,
      ),
    read: (request, signal) =>
      run(
        deps,
        () => ({
          kind: 'read',
          config: sharedConfig,
          ...request,
          leaders: leaders(),
          avoided: avoided(),
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
  const { config, pool, guard } = deps;
  guard();
  if (config.shards.length === 0) throw new QueryError('unavailable', noShards);
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
