import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayOptions } from '../servers/process/gateway-process.ts';

/** What one thread holds right after a full collection. */
interface LiveReading {
  readonly thread: number;
  readonly heapMb: number;
  /** Outside the heap; what is on its way between two sockets included. */
  readonly buffersMb: number;
}

/** By thread; 0 is the main one. */
export type LiveMemory = ReadonlyMap<number, LiveReading>;

const QUIET_MS = 1500;

/** How a gateway is to be started so that {@link readLiveMemory} can ask it. */
export function askable(directory: string): Required<Pick<GatewayOptions, 'nodeFlags' | 'env'>> & { file: string } {
  const file = join(directory, 'live-memory.jsonl');
  const probe = join(import.meta.dirname, 'live-memory-probe.ts');
  return { file, nodeFlags: ['--expose-gc', '--import', probe], env: { PROMGATE_LIVE_MEMORY: file } };
}

/** Makes every thread collect its garbage and tell what is left. */
export async function readLiveMemory({ pid, file }: { pid: number; file: string }): Promise<LiveMemory> {
  await writeFile(file, '');
  process.kill(pid, 'SIGUSR2');
  // A busy thread answers late; how many there are is not known here.
  for (let known = 0; ;) {
    await sleep(QUIET_MS);
    const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
    if (lines.length === known && known > 0) {
      const readings = lines.map((line) => JSON.parse(line) as LiveReading);
      return new Map(readings.map((reading) => [reading.thread, reading]));
    }
    known = lines.length;
  }
}
