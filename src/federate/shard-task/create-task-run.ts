import { BlockWriter } from '../join/block-writer.ts';
import type { ShardJoinOptions } from '../join/join-options.ts';
import { createTaskJoin } from './create-task-join.ts';
import { ShardTaskRun, type ShardTaskRunOptions } from './shard-task-run.ts';
import type { ShardTask } from './shard-task.ts';
import { succession } from './succession.ts';
import type { ThreadResources } from './thread-resources.ts';

interface TaskRunOptions
  extends Pick<ShardTaskRunOptions, 'reads' | 'names' | 'sender'>, Pick<ShardJoinOptions, 'family' | 'onDecision'> {}

/** The run of a task as its configuration wants it, not begun. */
export function createTaskRun(
  resources: ThreadResources,
  task: ShardTask,
  { reads, names, sender, family, onDecision }: TaskRunOptions,
): ShardTaskRun {
  return new ShardTaskRun({
    reads,
    names,
    startFirst: replicasToStart(resources, task),
    succession: succession(task),
    escaping: task.escaping,
    usualBytes: task.view.replicas.map(({ usualBytes }) => usualBytes),
    hedgeDelayMs: task.dedup ? task.view.hedgeDelayMs : Infinity,
    minBytesPerSecond: resources.config.deduplication.minBytesPerSecond,
    createJoin: () => createTaskJoin(resources, task, reads, { family, onDecision }),
    sender,
    writer: new BlockWriter(),
  });
}

/** Indices of the replicas that take part from the beginning. */
function replicasToStart({ config }: Pick<ThreadResources, 'config'>, task: ShardTask): number[] {
  const readsAll = config.deduplication.strategy === 'merge' || !task.dedup;
  if (!readsAll) return [task.view.leader];
  return [...config.shards[task.shard]!.replicas.keys()].filter((replica) => !task.avoided.includes(replica));
}
