import { Piscina } from 'piscina';
import { createBlockSender } from '../../workers/block-channel.ts';
import { createBufferPool } from '../../workers/buffer-pool.ts';
import type { TaskCall } from '../../workers/worker-pool.ts';
import type { QueryBlockMeta, QueryTask, QueryTaskResult, ReadTask } from './query-task.ts';
import { runQueryTask } from './run-query-task.ts';
import { runReadTask } from './run-read-task.ts';
import { allocateAnswerBuffers } from './text-blocks.ts';
import { createQueryThread, type QueryThreadData } from './query-thread.ts';

/** Blocks of an answer under way. */
const CREDITS = 3;
const MAX_POOLED = 16;

const pool = createBufferPool(allocateAnswerBuffers, MAX_POOLED);
const versions = createQueryThread(Piscina.workerData as QueryThreadData);

/** Runs one query on this thread. */
export async function runTask({ task, port }: TaskCall<QueryTask | ReadTask>): Promise<void> {
  const sender = createBlockSender<QueryBlockMeta, QueryTaskResult>(port, { credits: CREDITS, pool });
  const held = versions.take(task.config);
  const thread = held.made;
  try {
    sender.end(await (task.kind === 'read' ? runReadTask(thread, task, sender) : runQueryTask(thread, task, sender)));
  } finally {
    held.release();
  }
}
