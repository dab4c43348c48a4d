import type { RunOptions } from '../execute/run-plan.ts';
import { createHttpReplicaClient } from '../replicas/http-replica-client.ts';
import { ReplicaRanks } from '../source/replica-ranks.ts';
import type { RankedShard } from './slow-once.ts';
import { toPlanShard } from '../to-plan-shard.ts';
import { upstreamTarget } from '../../upstream/upstream-target.ts';
import type { QueryTally } from '../query-tally.ts';
import type { QueryTask, ReadTask } from './query-task.ts';
import type { QueryThread } from './query-thread.ts';

type PlannedShard = RunOptions['shards'][number] & Pick<ReplicaPreference, 'avoided'> & RankedShard;

/** The shards of the configuration with clients of their replicas for one task, leaders first. */
export function shardsOf(thread: QueryThread, task: QueryTask | ReadTask, tally: QueryTally): PlannedShard[] {
  const { leaders, avoided, deadlineMs } = task;
  return thread.config.shards.map((_, index) =>
    shardAt(index, { thread, leader: leaders[index] ?? 0, avoided: avoided[index] ?? [], deadlineMs, tally }),
  );
}

/** Which replicas of a shard to ask: indices into `ShardConfig.replicas`. */
export interface ReplicaPreference {
  readonly leader: number;
  /** Left alone while others answer; never all of them. */
  readonly avoided: readonly number[];
}

export interface ShardContext extends ReplicaPreference {
  readonly thread: QueryThread;
  /** Unix ms. */
  readonly deadlineMs: number;
  readonly tally: QueryTally;
}

/** One shard of the configuration, by its index. */
export function shardAt(index: number, { thread, leader, avoided, deadlineMs, tally }: ShardContext): PlannedShard {
  const { config, pools } = thread;
  const shard = config.shards[index]!;
  const clients = shard.replicas.map((replica) => {
    const target = upstreamTarget(shard, replica);
    return createHttpReplicaClient({
      pools,
      target,
      deadlineMs,
      maxResponseBytes: config.query.limits.maxUpstreamBytes,
      externalLabels: (signal) => thread.externalLabels(target, signal),
      isPrometheus: () => thread.isPrometheus(target),
      answerSizes: thread.answerSizes,
      onLimitation: (message) => tally.limitations.add(`shard ${shard.name}: ${message}`),
      onBytes: (bytes) => (tally.upstreamBytes += bytes),
    });
  });
  const plan = toPlanShard(shard, config);
  const order = [leader, ...clients.keys()].filter(
    (replica, at, all) => replica < clients.length && all.indexOf(replica) === at,
  );
  const clientsOf = (replicas: readonly number[]): readonly (typeof clients)[number][] =>
    replicas.map((replica) => clients[replica]!);
  const ranks = new ReplicaRanks(clientsOf(order), clientsOf(avoided.filter((replica) => order.includes(replica))));
  return {
    name: shard.name,
    labels: plan.labels,
    ownsLabels: plan.ownsLabels,
    plan,
    get replicas() {
      return ranks.replicas;
    },
    get spare() {
      return ranks.spare;
    },
    get avoided() {
      return ranks.spare.map((client) => clients.indexOf(client));
    },
    avoid: (replica) => ranks.avoid(replica),
    hedgeDelayMs: config.query.minHedgeDelayMs,
    minBytesPerSecond: config.deduplication.minBytesPerSecond,
  };
}
