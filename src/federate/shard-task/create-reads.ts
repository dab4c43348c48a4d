import { upstreamTarget } from '../../upstream/upstream-target.ts';
import { ReplicaRead } from './replica-read.ts';
import type { ShardTask } from './shard-task.ts';
import type { ThreadResources } from './thread-resources.ts';

/** A read for each replica of the task's shard, in the order of the configuration; none is started. */
export function createReads({ config, pools }: ThreadResources, task: ShardTask): ReplicaRead[] {
  const { maxUpstreamBytes, maxUpstreamWireBytes } = config.federation.limits;
  const shard = config.shards[task.shard]!;
  const { deadlineMs, match, view } = task;
  return shard.replicas.map((replica, index) => {
    const target = upstreamTarget(shard, replica);
    const isAsked = view.replicas[index]!.askExternalLabels;
    return new ReplicaRead({
      open: (signal) => pools.openFederate(target, { match, deadlineMs, signal }),
      // What a server does not tell in time is learned from its lines.
      identify: isAsked
        ? (signal) =>
            pools
              .readExternalLabels(target, { deadlineMs: identityDeadline(deadlineMs), signal })
              .catch(() => undefined)
        : undefined,
      clock: () => performance.now(),
      maxBytes: maxUpstreamBytes,
      maxWireBytes: maxUpstreamWireBytes,
    });
  });
}

/** The question is answered from memory: a server that takes longer is not going to tell. */
function identityDeadline(deadlineMs: number): number {
  return Math.min(deadlineMs, Date.now() + 2000);
}
