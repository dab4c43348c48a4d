import { FilledSeries } from './filled-series.ts';
import { createFrozenPast } from './frozen-past.ts';
import { emptyFilledTable, type FilledTable, type Given, type GivenView, type ShardOutcome } from './shard-view.ts';

export interface GivenPast {
  /** A copy of what is in force at `nowMs`. */
  view(nowMs: number): GivenView;
  /** A response that ended at `nowMs` gave something out. */
  gave(given: Given, nowMs: number): void;
  /** Takes in the filled and passed series of a response of the current leader; false when the table ran over. */
  merge(outcome: Pick<ShardOutcome, 'filled' | 'passed'>): boolean;
  /** From here on only samples newer than all that was given out leave; this covers the filled series as well. */
  freeze(): void;
  /** Came of a response that began before the last freeze: it is frozen as well. */
  freezeLate(given: Given): void;
  /** Unix ms; -Infinity when none is in force. */
  watermarkMs(nowMs: number): number;
  readonly newestGivenMs: number;
  readonly filledSeries: number;
  /** Changes the bounds; a table that is over its bound then runs over at the next merge. */
  configure(lookbackDeltaMs: number, maxFilledSeries: number): void;
}

/** A sample may be that much newer than the clock before it counts as ahead: reads take time, and clocks differ. */
const aheadToleranceMs = 30_000;

/** A shard with more families than that has one watermark for all of them. */
const maxFamilies = 16_384;

/**
 * What a shard gave out, so far as a later sample must not be older: the watermark, by family and for the whole shard, the
 * series ahead of the clock, and the table of filled series of at most `maxFilledSeries`.
 */
export function createGivenPast(...settings: Parameters<GivenPast['configure']>): GivenPast {
  let [lookbackDeltaMs, maxFilledSeries] = settings;
  const filled = new FilledSeries();
  const ahead = new FilledSeries();
  const families = new FilledSeries();
  const frozen = createFrozenPast();
  let knowsFamilies = true;
  let newestGivenMs = -Infinity;
  let givenAtMs = -Infinity;

  const ifKnown = (table: FilledTable): FilledTable => (knowsFamilies ? table : emptyFilledTable());
  const expire = (nowMs: number): void => {
    for (const series of [filled, ahead, families]) series.expire(nowMs - lookbackDeltaMs);
    frozen.expire(nowMs, lookbackDeltaMs);
  };
  const watermarkMs = (nowMs: number): number => frozen.watermarkMs(nowMs, lookbackDeltaMs);

  return {
    view(nowMs) {
      expire(nowMs);
      return {
        watermarkMs: watermarkMs(nowMs),
        frozenFamilies: ifKnown(frozen.families),
        newestGivenMs,
        givenFamilies: ifKnown(families.toTable()),
        filled: filled.toTable(),
        ahead: ahead.toTable(),
        frozenAhead: frozen.ahead,
        aheadFromMs: nowMs + aheadToleranceMs,
      };
    },
    gave(given, nowMs) {
      newestGivenMs = Math.max(newestGivenMs, given.newestGivenMs);
      givenAtMs = Math.max(givenAtMs, nowMs);
      families.advanceAll(given.families);
      ahead.advanceAll(given.ahead);
      // What is forgotten here must not be taken for never given when it comes again.
      if (families.size > maxFamilies) knowsFamilies = false;
      if (!knowsFamilies) families.clear();
    },
    merge(outcome) {
      filled.advanceAll(outcome.filled);
      filled.removePassed(outcome.passed);
      return filled.size <= maxFilledSeries;
    },
    freeze() {
      frozen.freeze({ newestGivenMs, families: families.toTable(), ahead: ahead.toTable() }, givenAtMs);
      filled.clear();
      ahead.clear();
    },
    freezeLate: (given) => frozen.add(given, givenAtMs),
    watermarkMs,
    get newestGivenMs() {
      return newestGivenMs;
    },
    get filledSeries() {
      return filled.size;
    },
    configure(...next) {
      [lookbackDeltaMs, maxFilledSeries] = next;
    },
  };
}
