import { ReplicaRead } from './replica-read.ts';
import type { ShardTask } from './shard-task.ts';
import type { ThreadResources } from './thread-resources.ts';

/** A read for each replica of the task's shard, in the order of the configuration; none is started. */
export function createReads({ config, pools }: ThreadResources, task: ShardTask): ReplicaRead[] {
  const { replicas, enableCompression } = config.shards[task.shard]!;
  const { deadlineMs, match, view } = task;
  return replicas.map((replica, index) => {
    const target = { ...replica, enableCompression };
    const isAsked = view.replicas[index]!.askExternalLabels;
    return new ReplicaRead({
      open: (signal) => pools.openFederate(target, { match, deadlineMs, signal }),
      identify: isAsked ? (signal) => pools.readExternalLabels(target, { deadlineMs, signal }) : undefined,
      clock: () => performance.now(),
    });
  });
}
