import { FilledSeries } from './filled-series.ts';
import type { FilledTable, Given } from './shard-view.ts';

/** What had been given out at the last change of leader. */
export interface FrozenPast {
  /** Begins anew; `atMs`: when it was given out. */
  freeze(given: Given, atMs: number): void;
  /** More of the same time that became known later. */
  add(given: Given, atMs: number): void;
  /** Unix ms; -Infinity when none is in force. */
  watermarkMs(nowMs: number, lookbackDeltaMs: number): number;
  /** Forgets what has run out. */
  expire(nowMs: number, lookbackDeltaMs: number): void;
  readonly families: FilledTable;
  readonly ahead: FilledTable;
}

/** The watermark only ever rises, until it has run out: it holds for the lookback delta from when it was given out. */
export function createFrozenPast(): FrozenPast {
  const families = new FilledSeries();
  const ahead = new FilledSeries();
  let newestMs = -Infinity;
  let givenAtMs = -Infinity;

  // After that time no answer of a replica holds a sample that old, and whoever reads here takes the series for gone.
  const hasRunOut = (nowMs: number, lookbackDeltaMs: number): boolean =>
    nowMs > Math.min(newestMs, givenAtMs) + lookbackDeltaMs;
  const add = (given: Given, atMs: number): void => {
    newestMs = Math.max(newestMs, given.newestGivenMs);
    givenAtMs = Math.max(givenAtMs, atMs);
    families.advanceAll(given.families);
    ahead.advanceAll(given.ahead);
  };

  return {
    freeze(given, atMs) {
      families.clear();
      add(given, atMs);
    },
    add,
    watermarkMs: (nowMs, lookbackDeltaMs) => (hasRunOut(nowMs, lookbackDeltaMs) ? -Infinity : newestMs),
    expire(nowMs, lookbackDeltaMs) {
      if (nowMs > givenAtMs + lookbackDeltaMs) ahead.clear();
      if (hasRunOut(nowMs, lookbackDeltaMs)) families.clear();
    },
    get families() {
      return families.toTable();
    },
    get ahead() {
      return ahead.toTable();
    },
  };
}
