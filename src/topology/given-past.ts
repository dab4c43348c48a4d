import { FilledSeries } from './filled-series.ts';
import type { FilledTable, ShardOutcome } from './shard-view.ts';

export interface GivenPast {
  /** A copy of what is in force at `nowMs`. */
  view(nowMs: number): { watermarkMs: number; newestGivenMs: number; filled: FilledTable };
  /** A response gave out samples up to `timestampMs` (-Infinity: none). */
  gave(timestampMs: number): void;
  /** Takes in the filled and passed series of a response of the current leader; false when the table ran over. */
  merge(outcome: Pick<ShardOutcome, 'filled' | 'passed'>): boolean;
  /** From here on only samples newer than all that was given out leave; this covers the filled series as well. */
  freeze(): void;
  /** A response that began before the last freeze gave out samples up to `timestampMs`: they are frozen as well. */
  freezeLate(timestampMs: number): void;
  /** Unix ms; -Infinity when none is in force. */
  watermarkMs(nowMs: number): number;
  readonly newestGivenMs: number;
  readonly filledSeries: number;
  /** Changes the bounds; a table that is over its bound then runs over at the next merge. */
  configure(lookbackDeltaMs: number, maxFilledSeries: number): void;
}

/**
 * What a shard gave out, so far as a later sample must not be older: the watermark, and the table of filled series of at
 * most `maxFilledSeries`. The watermark only ever rises, until it has run out.
 */
export function createGivenPast(initialLookbackMs: number, initialMaxFilled: number): GivenPast {
  let lookbackDeltaMs = initialLookbackMs;
  let maxFilledSeries = initialMaxFilled;
  const filled = new FilledSeries();
  let frozenMs = -Infinity;
  let newestGivenMs = -Infinity;
  // After that time no answer of a replica holds a sample that old: there is nothing left to hold back.
  const watermarkMs = (nowMs: number): number => (nowMs > frozenMs + lookbackDeltaMs ? -Infinity : frozenMs);
  return {
    view(nowMs) {
      filled.expire(nowMs - lookbackDeltaMs);
      return { watermarkMs: watermarkMs(nowMs), newestGivenMs, filled: filled.toTable() };
    },
    gave(timestampMs) {
      newestGivenMs = Math.max(newestGivenMs, timestampMs);
    },
    merge(outcome) {
      filled.advanceAll(outcome.filled);
      filled.removePassed(outcome.passed);
      return filled.size <= maxFilledSeries;
    },
    freeze() {
      frozenMs = newestGivenMs;
      filled.clear();
    },
    freezeLate(timestampMs) {
      frozenMs = Math.max(frozenMs, timestampMs);
    },
    watermarkMs,
    get newestGivenMs() {
      return newestGivenMs;
    },
    get filledSeries() {
      return filled.size;
    },
    configure(lookbackMs, maxFilled) {
      lookbackDeltaMs = lookbackMs;
      maxFilledSeries = maxFilled;
    },
  };
}
