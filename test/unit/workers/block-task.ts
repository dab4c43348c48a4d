import { threadId } from 'node:worker_threads';
import { createBlockSender } from '../../../src/workers/block-channel.ts';
import type { TaskCall } from '../../../src/workers/worker-pool.ts';

/** What the tests' task does: sends `blocks` blocks that hold its own number, then ends with its thread's id. */
export interface CountingTask {
  readonly number: number;
  readonly blocks: number;
  /** The last block is one of the task's own, and travels with the end. */
  readonly ownLast?: boolean;
  /** Die after this many blocks. */
  readonly crashAfter?: number;
}

export interface CountingResult {
  readonly thread: number;
  readonly allocated: number;
}

const size = 16;

export function ping(): void {}

export async function count({ task, port }: TaskCall<CountingTask>): Promise<void> {
  let allocated = 0;
  const sender = createBlockSender<number, CountingResult>(port, {
    credits: 2,
    pool: {
      take() {
        allocated += 1;
        return { bytes: new ArrayBuffer(size), lineEnds: new ArrayBuffer(size), hashes: new ArrayBuffer(size) };
      },
      give() {},
    },
  });
  for (let sent = 0; sent < task.blocks; sent++) {
    if (sent === task.crashAfter) process.exit(1);
    if (task.ownLast === true && sent === task.blocks - 1) {
      const [lineEnds, hashes] = [new ArrayBuffer(0), new ArrayBuffer(0)];
      sender.sendLast({ bytes: new Uint8Array(size).fill(task.number).buffer, lineEnds, hashes }, sent);
      break;
    }
    const buffers = await sender.acquire();
    if (buffers === undefined) break;
    new Uint8Array(buffers.bytes).fill(task.number);
    sender.send(buffers, sent);
  }
  sender.end({ thread: threadId, allocated });
}
