import type { RunOptions } from '../execute/run-plan.ts';
import { createHttpReplicaClient } from '../replicas/http-replica-client.ts';
import { toPlanShard } from '../to-plan-shard.ts';
import type { QueryTally } from '../query-tally.ts';
import type { QueryTask, ReadTask } from './query-task.ts';
import type { QueryThread } from './query-thread.ts';

/** The shards of the configuration with clients of their replicas for one task, leaders first. */
export function shardsOf(thread: QueryThread, task: QueryTask | ReadTask, tally: QueryTally): RunOptions['shards'] {
  const { config, pools } = thread;
  return config.shards.map((shard, index) => {
    const clients = shard.replicas.map((replica) => {
      const target = { ...replica, enableCompression: shard.enableCompression };
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
    const [leader] = clients.splice(task.leaders[index] ?? 0, 1);
    return {
      name: shard.name,
      labels: plan.labels,
      plan,
      replicas: leader === undefined ? [] : [leader, ...clients],
      hedgeDelayMs: config.query.minHedgeDelayMs,
    };
  });
}
