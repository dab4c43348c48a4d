import type { RunOptions } from '../execute/run-plan.ts';
import { createHttpReplicaClient } from '../replicas/http-replica-client.ts';
import { toPlanShard } from '../to-plan-shard.ts';
import { upstreamTarget } from '../../upstream/upstream-target.ts';
import type { QueryTally } from '../query-tally.ts';
import type { QueryTask, ReadTask } from './query-task.ts';
import type { QueryThread } from './query-thread.ts';

type PlannedShard = RunOptions['shards'][number];

/** The shards of the configuration with clients of their replicas for one task, leaders first. */
export function shardsOf(thread: QueryThread, task: QueryTask | ReadTask, tally: QueryTally): RunOptions['shards'] {
  return thread.config.shards.map((_, index) => shardAt(index, { thread, task, tally }));
}

export interface ShardContext {
  readonly thread: QueryThread;
  readonly task: Pick<QueryTask, 'leaders' | 'avoided' | 'deadlineMs'>;
  readonly tally: QueryTally;
}

export function shardAt(index: number, { thread, task, tally }: ShardContext): PlannedShard {
  const { config, pools } = thread;
  const shard = config.shards[index]!;
  const avoided = task.avoided[index] ?? [];
  const clients = shard.replicas.map((replica) => {
    const target = upstreamTarget(shard, replica);
    return createHttpReplicaClient({
      pools,
      target,
      deadlineMs: task.deadlineMs,
      maxResponseBytes: config.query.limits.maxUpstreamBytes,
      externalLabels: (signal) => thread.externalLabels(target, signal),
      isPrometheus: () => thread.isPrometheus(target),
      onLimitation: (message) => tally.limitations.add(`shard ${shard.name}: ${message}`),
      onBytes: (bytes) => (tally.upstreamBytes += bytes),
    });
  });
  const plan = toPlanShard(shard, config);
  const leader = task.leaders[index] ?? 0;
  const order = [leader, ...clients.keys()].filter(
    (replica, at, all) => replica < clients.length && all.indexOf(replica) === at,
  );
  return {
    name: shard.name,
    labels: plan.labels,
    plan,
    replicas: order.filter((replica) => !avoided.includes(replica)).map((replica) => clients[replica]!),
    spare: order.filter((replica) => avoided.includes(replica)).map((replica) => clients[replica]!),
    hedgeDelayMs: config.query.minHedgeDelayMs,
    minBytesPerSecond: config.deduplication.minBytesPerSecond,
  };
}
