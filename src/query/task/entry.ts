import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { TaskCall } from '../../workers/worker-pool.ts';
import type { QueryTask, ReadTask } from './query-task.ts';

// Has to come before the imports it is for: without it every thread strips the types of every file anew.
enableCompileCache();
// Federation is better off with heaps that hardly grow; evaluation takes twice the time with them. The flag is the process's,
// and heaps ask for it each time they have been collected. See docs/decisions/0007-small-nurseries.md.
setFlagsFromString('--no-optimize-for-size');
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
