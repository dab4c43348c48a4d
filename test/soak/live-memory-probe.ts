import { appendFileSync } from 'node:fs';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/**
 * Preloaded into every thread of a gateway (`--import`, which threads inherit, and `--expose-gc`): at SIGUSR2 each collects
 * its garbage and adds a line with what is left to the file that `PROMGATE_LIVE_MEMORY` names.
 */
const file = process.env['PROMGATE_LIVE_MEMORY'];
/** The buffers of what was collected are freed beside the thread, a little later. */
const FREED_AFTER_MS = 200;

function report(): void {
  globalThis.gc?.();
  setTimeout(() => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const reading = { thread: threadId, heapMb: heapUsed / 1e6, buffersMb: arrayBuffers / 1e6 };
    appendFileSync(file!, `${JSON.stringify(reading)}\n`);
  }, FREED_AFTER_MS);
}

if (file !== undefined) {
  const channel = new BroadcastChannel('promgate-live-memory');
  channel.onmessage = report;
  channel.unref();
  if (isMainThread) {
    process.on('SIGUSR2', () => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads of one process have no origin
      channel.postMessage('report');
      report();
    });
  }
}
