/** A long delay asks for no more bytes than this time makes: they come in pieces. */
const maxCountedMs = 1000;

/** What is looked at of a read. */
export interface PatientRead {
  /** Whether the head of the answer is there. */
  readonly isOpen: boolean;
  readonly bytes: number;
}

export interface PatienceOptions<Read> {
  readonly delayMs: number;
  /** Fewer bytes than this, while a sibling waits, are no progress: a server may send one at a time for ever. */
  readonly minBytesPerSecond: number;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** Bytes received so far that are not known to be comments and the like. */
  readonly usefulBytes: (read: Read) => number;
}

export interface Patience<Read> {
  /** Runs `wait` for at most what is left for the longest awaited of `reads`, and counts the time for all of them. */
  during<T>(reads: readonly Read[], wait: (delayMs: number) => Promise<T>): Promise<T>;
  /** Whether nothing is left for a read. */
  isOver(read: Read): boolean;
}

interface Awaited {
  readonly isOpen: boolean;
  readonly hasBytes: boolean;
  readonly usefulBytes: number;
  waitedMs: number;
}

/**
 * How long a join waits for each of its reads while others could go on: `delayMs` in all until the read has moved on by
 * its head, its first byte, or as many bytes of lines as `minBytesPerSecond` makes in that time. The time in which nobody
 * waits for it does not count.
 */
export function createPatience<Read extends PatientRead>(options: PatienceOptions<Read>): Patience<Read> {
  const { delayMs, minBytesPerSecond, clock, usefulBytes } = options;
  const progressBytes = Math.max(1, (minBytesPerSecond * Math.min(delayMs, maxCountedMs)) / 1000);
  const awaited = new Map<Read, Awaited>();
  const stateOf = (read: Read): Awaited => {
    const now = { isOpen: read.isOpen, hasBytes: read.bytes > 0, usefulBytes: usefulBytes(read), waitedMs: 0 };
    const state = awaited.get(read);
    if (state !== undefined && !movedOn(state, now, progressBytes)) return state;
    awaited.set(read, now);
    return now;
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

function movedOn(before: Awaited, now: Awaited, progressBytes: number): boolean {
  if (before.isOpen !== now.isOpen || before.hasBytes !== now.hasBytes) return true;
  return now.usefulBytes - before.usefulBytes >= progressBytes;
}
