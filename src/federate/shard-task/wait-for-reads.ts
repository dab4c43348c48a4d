import type { ReplicaRead } from './replica-read.ts';

/**
 * Resolves to `progress` when one of `reads` has moved on, or to `late` when `delayMs` have passed without that
 * (`Infinity` waits for ever). A read that moved on while the thread was busy elsewhere is not late.
 */
export async function waitForReads(reads: readonly ReplicaRead[], delayMs: number): Promise<'progress' | 'late'> {
  const pending = reads.flatMap((read) => read.pending ?? []);
  if (pending.length < reads.length) return 'progress';
  const progress = Promise.race(pending).then(() => 'progress' as const);
  if (delayMs === Infinity) return progress;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    // A timer that fires late, on a thread that was busy, must not beat bytes that are waiting to be read.
    timer = setTimeout(() => setImmediate(() => setImmediate(resolve, 'late' as const)), Math.max(0, delayMs));
  });
  try {
    return await Promise.race([progress, late]);
  } finally {
    clearTimeout(timer);
  }
}
