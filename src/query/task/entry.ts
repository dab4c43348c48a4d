import { enableCompileCache } from 'node:module';
import type { TaskCall } from '../../workers/worker-pool.ts';
import type { QueryTask, ReadTask } from './query-task.ts';

// Has to come before the imports it is for: without it every thread strips the types of every file anew.
enableCompileCache();
const thread = import('./task-thread.ts');

/** Resolves when the thread has loaded. */
export async function ping(): Promise<void> {
  await thread;
}

/** The function that the pool calls on a worker thread. */
export async function runTask(call: TaskCall<QueryTask | ReadTask>): Promise<void> {
  const { runTask: run } = await thread;
  await run(call);
}
