export interface ChangeBackoff {
  /** How long a complaint has to stand now. */
  patienceMs(nowMs: number): number;
  /** Whether a change without a complaint may be made now. */
  allows(nowMs: number): boolean;
  changed(nowMs: number): void;
}

/** As far as patience grows: 16 times. */
const maxDoublings = 4;
/** How many patiences without a change halve it again. */
const calm = 16;

/**
 * Patience that doubles with each change, and halves after a time without one that is sixteen times as long: whatever keeps
 * replicas changing places, they do it ever more rarely.
 */
export function createBackoff(patienceMs: number): ChangeBackoff {
  let doublings = 0;
  let sinceMs = -Infinity;
  let changedMs = -Infinity;
  const currentMs = (nowMs: number): number => {
    while (doublings > 0 && nowMs - sinceMs > calm * patienceMs * 2 ** doublings) {
      sinceMs += calm * patienceMs * 2 ** doublings;
      doublings -= 1;
    }
    return patienceMs * 2 ** doublings;
  };
  return {
    patienceMs: currentMs,
    allows: (nowMs) => nowMs - changedMs >= currentMs(nowMs),
    changed(nowMs) {
      currentMs(nowMs);
      doublings = Math.min(maxDoublings, doublings + 1);
      sinceMs = nowMs;
      changedMs = nowMs;
    },
  };
}
