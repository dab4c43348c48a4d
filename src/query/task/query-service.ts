import { GatewayError } from '../../model/errors.ts';
import { noShards } from '../../model/no-shards.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { JsonAnswer, QueryRequest, ReadCall } from '../service.ts';
import type { AnswerContext, QueryKind, QueryServiceDeps } from './answer-context.ts';
import { answerOnThread } from './answer-on-thread.ts';
import { answerPassedOn } from './answer-passed-on.ts';

/** What runs on worker threads: queries, and remote reads of the gateway's own clients. */
export interface QueryRunner {
  query(request: QueryRequest, signal: AbortSignal): Promise<JsonAnswer>;
  read(request: ReadCall, signal: AbortSignal): Promise<JsonAnswer>;
}

/** Has queries answered by the one shard that they are about, or by worker threads. */
export function createQueryRunner(deps: QueryServiceDeps): QueryRunner {
  const { config, sharedConfig, preference } = deps;
  const deadlineOf = (timeoutMs = Infinity): number => deps.now() + Math.min(config.global.queryTimeoutMs, timeoutMs);
  const shared = (deadlineMs: number, found?: ReadonlyMap<number, readonly number[]>) => {
    const preferences = config.shards.map((_, shard) => preference(shard));
    const leaders = preferences.map(({ leader }) => leader);
    const avoided = preferences.map((preferred, shard) => found?.get(shard) ?? preferred.avoided);
    return { config: sharedConfig, leaders, avoided, deadlineMs };
  };
  return {
    query: (request, signal) =>
      run(deps, { kind: request.isInstant ? 'instant' : 'range', signal }, async (context) => {
        const askedMs = deps.now();
        const deadlineMs = deadlineOf(request.timeoutMs);
        const found = new Map<number, readonly number[]>();
        const onAvoided = (shard: number, replicas: readonly number[]): unknown => found.set(shard, replicas);
        const passed = await answerPassedOn(request, { deadlineMs, onAvoided }, context);
        return passed ?? answerOnThread({ kind: 'query', request, askedMs, ...shared(deadlineMs, found) }, context);
      }),
    read: (request, signal) =>
      run(deps, { kind: 'read', signal }, (context) =>
        answerOnThread({ kind: 'read', ...request, ...shared(deadlineOf()) }, context),
      ),
  };
}

async function run(
  deps: QueryServiceDeps,
  { kind, signal }: { readonly kind: QueryKind; readonly signal: AbortSignal },
  answer: (context: AnswerContext) => Promise<JsonAnswer>,
): Promise<JsonAnswer> {
  const { config, pool, guard } = deps;
  guard();
  if (config.shards.length === 0) throw new QueryError('unavailable', noShards);
  const { maxConcurrent, maxQueued } = config.query.limits;
  if (pool.running >= maxConcurrent && pool.waiting >= maxQueued) throw overloaded(maxConcurrent, maxQueued);
  const startedMs = performance.now();
  const release = await pool.admit(1, signal);
  try {
    return await answer({ deps, kind, signal, startedMs, release });
  } catch (error) {
    const durationMs = performance.now() - startedMs;
    const failure = error instanceof QueryError ? error.type : 'internal';
    const outcome = signal.aborted ? 'canceled' : failure;
    deps.onEnd({ kind, outcome, durationMs, tally: undefined });
    throw error;
  }
}

function overloaded(maxConcurrent: number, maxQueued: number): GatewayError {
  const limits = `query.limits.max_concurrent ${maxConcurrent} and query.limits.max_queued ${maxQueued}`;
  return new GatewayError('PG_OVERLOADED', `too many queries: ${limits} are reached`);
}
