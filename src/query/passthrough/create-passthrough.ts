import type { GatewayError } from '../../model/errors.ts';
import { createQueryTally, type QueryTally } from '../query-tally.ts';
import { shardAt } from '../task/shards-of.ts';
import type { QueryTask } from '../task/query-task.ts';
import type { QueryThread } from '../task/query-thread.ts';
import { toPlanShard } from '../to-plan-shard.ts';
import { passThrough, type PassedBody } from './pass-through.ts';
import { planPassthrough } from './plan-passthrough.ts';

export interface PassthroughDeps {
  /** What this thread knows of servers. */
  readonly thread: QueryThread;
  /** Told of replicas that failed while a sibling answered. */
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
}

export interface PassedAnswer extends PassedBody {
  readonly tally: QueryTally;
}

/** Answers a query with the bytes of one shard; undefined where it has to be evaluated. Throws as `passThrough`. */
export type AnswerByOneShard = (task: QueryTask, signal: AbortSignal) => Promise<PassedAnswer | undefined>;

/**
 * For the thread that has the client's connection: what is only handed on is better not handed to another thread first.
 * Nothing is parsed but the query and the first and last bytes of the answer.
 */
export function createPassthrough({ thread, onReplicaError }: PassthroughDeps): AnswerByOneShard {
  const { config, rules, gateOf } = thread;
  const shards = config.shards.map((shard) => toPlanShard(shard, config));
  const { experimentalFunctions, pushDown } = config.query;
  const { replicaLabels, lookbackDeltaMs } = config.global;
  const context = { shards, replicaLabels, rules, experimentalFunctions };
  return async (task, signal) => {
    const { request } = task;
    const plan = pushDown ? planPassthrough(request, { ...context, gate: gateOf(request.tenant) }) : undefined;
    if (plan === undefined) return undefined;
    const tally = createQueryTally();
    tally.pushedParts = 1;
    const shard = shardAt(plan.asked.shard, { thread, task, tally });
    const passed = await passThrough(plan, {
      ...request,
      lookbackDeltaMs: request.lookbackDeltaMs ?? lookbackDeltaMs,
      shard,
      signal,
      onReplicaError: (replica, error) => onReplicaError(shard.name, replica, error),
    });
    return passed && { ...passed, tally };
  };
}
