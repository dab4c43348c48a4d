import { afterEach, describe, expect, it } from 'vitest';
import { createWorkerPool, type WorkerPool } from '../../../src/workers/worker-pool.ts';
import type { CountingResult, CountingTask } from './block-task.ts';

const never = new AbortController().signal;
type Pool = WorkerPool<CountingTask, number, CountingResult>;
type Receiver = ReturnType<Pool['start']>;

let pool: Pool | undefined;
const crashes: Error[] = [];

function start(threads: number, slots: number): Pool {
  pool = createWorkerPool({
    entry: new URL('block-task.ts', import.meta.url),
    name: 'count',
    workerData: undefined,
    nurseryMb: 4,
    threads,
    slots,
    onCrash: (error) => crashes.push(error),
  });
  return pool;
}

afterEach(async () => {
  await pool?.close();
  crashes.length = 0;
});

async function readAll(receiver: Receiver, task: CountingTask): Promise<{ blocks: number; result: CountingResult }> {
  for (let blocks = 0; ; blocks++) {
    const message = await receiver.next();
    if (message.kind === 'end') return { blocks, result: message.result };
    expect(new Uint8Array(message.buffers.bytes)).toEqual(new Uint8Array(16).fill(task.number));
    expect(message.meta).toBe(blocks);
    receiver.recycle(message.buffers);
  }
}

describe('createWorkerPool', () => {
  it('runs 12 tasks at once on one thread, each read only when all the others have begun', async () => {
    const started = start(1, 12);
    const release = await started.admit(12, never);
    const tasks = Array.from({ length: 12 }, (_, number): CountingTask => ({ number, blocks: 20 }));
    const receivers = tasks.map((task) => started.start(task));
    const firsts = await Promise.all(receivers.map((receiver) => receiver.next()));
    expect(firsts.map(({ kind }) => kind)).toEqual(Array.from({ length: 12 }, () => 'block'));
    for (const [i, first] of firsts.entries()) if (first.kind === 'block') receivers[i]!.recycle(first.buffers);
    for (const receiver of receivers.toReversed()) {
      let message = await receiver.next();
      for (; message.kind === 'block'; message = await receiver.next()) receiver.recycle(message.buffers);
      expect(message.result.allocated).toBe(2);
    }
    release();
    await Promise.all(receivers.map(({ ended }) => ended));
  });

  it('sends no more than the credit while nothing is consumed', async () => {
    const task = { number: 3, blocks: 50 };
    const receiver = start(1, 1).start(task);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    expect(await readAll(receiver, task)).toMatchObject({ blocks: 50, result: { allocated: 2 } });
  });

  it.each([1, 2, 20])(
    'gives a last block of the task’s own, the %ith, with the end, and sends it nowhere',
    async (blocks) => {
      const task = { number: 5, blocks, ownLast: true };
      const receiver = start(1, 1).start(task);
      const { result } = await readAll(receiver, task);
      expect(result.allocated).toBe(Math.min(2, blocks - 1));
      await receiver.ended;
    },
  );

  it('fails only the tasks of a thread that died, and replaces the thread', async () => {
    const started = start(2, 4);
    const dying = { number: 1, blocks: 10, crashAfter: 1 };
    const doomed = started.start(dying);
    const other = { number: 2, blocks: 200 };
    const healthy = started.start(other);
    await expect(readAll(doomed, dying)).rejects.toMatchObject({ code: 'PG_WORKER_CRASHED' });
    expect(await readAll(healthy, other)).toMatchObject({ blocks: 200 });
    expect(crashes).toHaveLength(1);
    const later = Array.from({ length: 4 }, (_, number): CountingTask => ({ number, blocks: 3 }));
    const results = await Promise.all(later.map((task) => readAll(started.start(task), task)));
    expect(new Set(results.map(({ result }) => result.thread)).size).toBe(2);
  });

  it('stops a task that is aborted while it waits for credit', async () => {
    const receiver = start(1, 1).start({ number: 1, blocks: 1000 });
    await receiver.next();
    receiver.abort();
    await receiver.ended;
  });
});
