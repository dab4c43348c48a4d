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
  /** Bytes of samples that were read so far: what comments and the like take does not count. */
  readonly usefulBytes: (read: Read) => number;
}

/** Of a wait: one of the reads has moved on, or none has in the time it might have. */
export type WaitOutcome = 'progress' | 'late';

export interface Patience<Read> {
  /** Runs `wait` for at most what is left for the longest awaited of `reads`, and counts the time for all of them. */
  during(reads: readonly Read[], wait: (delayMs: number) => Promise<WaitOutcome>): Promise<WaitOutcome>;
  /**
   * Counts the time since the last call of any of these for `reads`, which gave something that has yet to be looked at, and
   * gives those for which nothing is left. A server that floods its reader is never waited for, and holds up its siblings all the same.
   */
  worked(reads: readonly Read[]): Read[];
  /** The time since the last call was spent on something else. */
  rested(): void;
  /** Whether nothing is left for a read. */
  isOver(read: Read): boolean;
}

/** The most that counts of one step of work, as a share of the delay: the machine may have stopped the thread in it. */
const MAX_STEP_SHARE = 0.5;

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
  const maxStepMs = delayMs * MAX_STEP_SHARE;
  let markMs = clock();
  const stateOf = (read: Read): Awaited => {
    const now = { isOpen: read.isOpen, hasBytes: read.bytes > 0, usefulBytes: usefulBytes(read), waitedMs: 0 };
    const state = awaited.get(read);
    if (state !== undefined && !movedOn(state, now, progressBytes)) return state;
    awaited.set(read, now);
    return now;
  };
  // A timer may fire a little early.
  const isOver = (read: Read): boolean => stateOf(read).waitedMs >= delayMs - 1;
  return {
    async during(reads, wait) {
      const states = reads.map(stateOf);
      const started = clock();
      const leftMs = Math.max(0, delayMs - Math.max(0, ...states.map(({ waitedMs }) => waitedMs)));
      const outcome = await wait(leftMs);
      markMs = clock();
      const tookMs = markMs - started;
      // Progress after the time was up: it was the thread that was late to look.
      const waitedMs = outcome === 'progress' && tookMs > leftMs ? Math.min(leftMs, maxStepMs) : tookMs;
      for (const state of states) state.waitedMs += waitedMs;
      return outcome;
    },
    worked(reads) {
      const nowMs = clock();
      for (const read of reads) stateOf(read).waitedMs += Math.min(nowMs - markMs, maxStepMs);
      markMs = nowMs;
      return reads.filter(isOver);
    },
    rested: () => void (markMs = clock()),
    isOver,
  };
}

function movedOn(before: Awaited, now: Awaited, progressBytes: number): boolean {
  if (before.isOpen !== now.isOpen || before.hasBytes !== now.hasBytes) return true;
  return now.usefulBytes - before.usefulBytes >= progressBytes;
}
