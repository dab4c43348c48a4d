import type { ReplicaRead } from './replica-read.ts';

/** Fewer bytes than this, while a sibling waits, are no progress: a server may send one at a time for ever. */
const PROGRESS_BYTES = 4096;

/** What is looked at of a read. */
export type PatientRead = Pick<ReplicaRead, 'isOpen' | 'bytes'>;

export interface Patience {
  /** Runs `wait` for at most what is left for the most impatiently awaited of `reads`, and counts the time for all of them. */
  during<T>(reads: readonly PatientRead[], wait: (delayMs: number) => Promise<T>): Promise<T>;
  /** Whether nothing is left for a read. */
  isOver(read: PatientRead): boolean;
}

interface Awaited {
  isOpen: boolean;
  bytes: number;
  waitedMs: number;
}

/**
 * How long a join waits for each of its reads while others could go on: `delayMs` in all until the read has moved on by
 * its head, its first byte, or 4 KiB (a chunk of Prometheus). The time in which nobody waits for it does not count.
 */
export function createPatience(delayMs: number, clock: () => number): Patience {
  const awaited = new Map<PatientRead, Awaited>();
  const stateOf = (read: PatientRead): Awaited => {
    const state = awaited.get(read);
    if (state !== undefined && !movedOn(state, read)) return state;
    const fresh = { isOpen: read.isOpen, bytes: read.bytes, waitedMs: 0 };
    awaited.set(read, fresh);
    return fresh;
  };
  return {
    async during(reads, wait) {
      const states = reads.map(stateOf);
      const started = clock();
      const result = await wait(Math.max(0, delayMs - Math.max(0, ...states.map(({ waitedMs }) => waitedMs))));
      const waitedMs = clock() - started;
      for (const state of states) state.waitedMs += waitedMs;
      return result;
    },
    // A timer may fire a little early.
    isOver: (read) => stateOf(read).waitedMs >= delayMs - 1,
  };
}

function movedOn(state: Awaited, read: PatientRead): boolean {
  if (read.isOpen !== state.isOpen || (state.bytes === 0 && read.bytes > 0)) return true;
  return read.bytes - state.bytes >= PROGRESS_BYTES;
}
