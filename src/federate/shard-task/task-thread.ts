import { Piscina } from 'piscina';
import { createBlockSender } from '../../workers/block-channel.ts';
import { createBufferPool } from '../../workers/buffer-pool.ts';
import type { TaskCall } from '../../workers/worker-pool.ts';
import { allocateBuffers, runShardTask } from './run-shard-task.ts';
import type { BlockMeta, ShardTask, ShardTaskResult } from './shard-task.ts';
import { createThreadResources, type ShardThreadData } from './thread-resources.ts';

/** Blocks a task may have under way: one being filled, one on its way, one being written to the client. */
const CREDITS = 3;

/** What a few requests at once use; more of them allocate. */
const MAX_POOLED = 24;

const pool = createBufferPool(allocateBuffers, MAX_POOLED);
const versions = createThreadResources(Piscina.workerData as ShardThreadData);

/** Runs one task of the pool on this thread. */
export async function runTask({ task, port }: TaskCall<ShardTask>): Promise<void> {
  const sender = createBlockSender<BlockMeta, ShardTaskResult>(port, { credits: CREDITS, pool });
  const held = versions.take(task.config);
  try {
    sender.end(await runShardTask(held.made, task, sender));
  } finally {
    held.release();
  }
}
