import { LRUCache } from 'lru-cache';

export interface UsualBytes {
  /**
   * What the replica's last whole answer to the same request held, decompressed; Infinity where that is not known. One that
   * is old is given to nobody for once, so that a replica whose answers have grown for good is read whole again.
   */
  view(selection: string, nowMs: number): number;
  /** The replica has been read whole. */
  observe(selection: string, bytes: number, nowMs: number): void;
}

/** As text of the selections: enough for all that scrapers and dashboards ask for. */
const maxSelectionChars = 64 * 1024;
const trialEveryMs = 300_000;

/** How long one replica's answers are, by what it was asked for. */
export function createUsualBytes(): UsualBytes {
  const known = new LRUCache<string, { bytes: number; atMs: number }>({
    maxSize: maxSelectionChars,
    sizeCalculation: (_, selection) => 1 + selection.length,
  });
  return {
    view(selection, nowMs) {
      const last = known.get(selection);
      if (last === undefined) return Infinity;
      if (nowMs - last.atMs <= trialEveryMs) return last.bytes;
      last.atMs = nowMs;
      return Infinity;
    },
    observe: (selection, bytes, nowMs) => void known.set(selection, { bytes, atMs: nowMs }),
  };
}
