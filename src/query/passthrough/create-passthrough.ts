import type { GatewayError } from '../../model/errors.ts';
import { createQueryTally, type QueryTally } from '../query-tally.ts';
import type { QueryRequest } from '../service.ts';
import { shardAt, type ReplicaPreference } from '../task/shards-of.ts';
import { slowOnce } from '../task/slow-once.ts';
import type { QueryThread } from '../task/query-thread.ts';
import { toPlanShard } from '../to-plan-shard.ts';
import { rememberPlans } from './remember-plans.ts';
import { passThrough, type PassedBody } from './pass-through.ts';
import { planPassthrough, planText, type Passthrough } from './plan-passthrough.ts';

export interface PassthroughDeps {
  /** What this thread knows of servers. */
  readonly thread: QueryThread;
  /** By index of a shard. */
  readonly preference: (shard: number) => ReplicaPreference;
  /** Told of replicas that failed while a sibling answered. */
  readonly onReplicaError: (shard: string, replica: string, error: GatewayError) => void;
}

export interface PassedAnswer extends PassedBody {
  readonly tally: QueryTally;
}

export interface PassingLimits {
  /** Unix ms. */
  readonly deadlineMs: number;
  /** Fires when the client has left. */
  readonly signal: AbortSignal;
  /** Told, by their indices, which replicas of a shard are better left alone where the query has to be evaluated after all. */
  readonly onAvoided: (shard: number, replicas: readonly number[]) => void;
}

/** A planned question to one shard. As `passThrough`: undefined where the query has to be evaluated after all. */
type AskOneShard = (limits: PassingLimits) => Promise<PassedAnswer | undefined>;

/** How a query is answered with the bytes of one shard; undefined where it has to be evaluated. Nothing is asked yet. */
export type PlanOneShard = (request: QueryRequest) => AskOneShard | undefined;

/**
 * For the thread that has the client's connection: what is only handed on is better not handed to another thread first.
 * Nothing is parsed but the query and the first and last bytes of the answer.
 */
export function createPassthrough({ thread, preference, onReplicaError }: PassthroughDeps): PlanOneShard {
  const { config, rules, gateOf } = thread;
  const shards = config.shards.map((shard) => toPlanShard(shard, config));
  const { experimentalFunctions, pushDown } = config.query;
  const { replicaLabels, lookbackDeltaMs } = config.global;
  const context = { shards, replicaLabels, rules, experimentalFunctions };
  const ask = async (plan: Passthrough, request: QueryRequest, limits: PassingLimits) => {
    const tally = createQueryTally();
    tally.pushedParts = 1;
    const { shard: index } = plan.asked;
    const shard = shardAt(index, { thread, ...preference(index), deadlineMs: limits.deadlineMs, tally });
    const report = slowOnce([shard], onReplicaError);
    const passed = await passThrough(plan, {
      ...request,
      lookbackDeltaMs: request.lookbackDeltaMs ?? lookbackDeltaMs,
      shard,
      ...limits,
      onReplicaError: (replica, error) => report(shard.name, replica, error),
    });
    if (passed !== undefined) return { ...passed, tally };
    limits.onAvoided(index, shard.avoided);
    return undefined;
  };
  const plans = rememberPlans((asked) => planText(asked, { ...context, gate: gateOf(asked.tenant) }));
  return (request) => {
    const plan = pushDown ? planPassthrough(request, plans) : undefined;
    return plan && ((limits) => ask(plan, request, limits));
  };
}
