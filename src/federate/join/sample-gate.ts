import type { FilledTable } from '../../topology/shard-view.ts';
import { SeriesTable } from './series-table.ts';

export interface SampleGateOptions {
  readonly watermarkMs: number;
  readonly newestGivenMs: number;
  readonly filled: FilledTable;
  readonly maxFilledSeries: number;
}

/**
 * Keeps series from going back in time when another replica's sample takes the place of the leader's. A sample of the
 * leader has to be newer than the watermark, and than what followers gave of its series; a follower's has to be
 * newer than what was given of its series, or else than anything given before. Samples without a timestamp always leave.
 */
export class SampleGate {
  /** Whether followers have given series before, so that the leader's have to be asked for one by one. */
  readonly hasFilled: boolean;
  watermarkMs: number;
  newestGivenMs: number = -Infinity;
  suppressed = 0;
  filledSeries = 0;
  filledOverflow = false;
  /** Series that were not in the table before. */
  #added = 0;
  readonly #filled: SeriesTable;
  readonly #updates = new SeriesTable();
  readonly #passed = new SeriesTable();
  readonly #givenBeforeMs: number;
  readonly #maxSeries: number;

  constructor(options: SampleGateOptions) {
    this.watermarkMs = options.watermarkMs;
    this.#givenBeforeMs = options.newestGivenMs;
    this.#maxSeries = options.maxFilledSeries;
    this.#filled = SeriesTable.from(options.filled);
    this.hasFilled = this.#filled.size > 0;
  }

  get filled(): FilledTable {
    return this.#updates.toTable();
  }

  get passed(): FilledTable {
    return this.#passed.toTable();
  }

  /** Another replica leads for the rest of this response: nothing of it may be older than what was given before. */
  changeLeader(): void {
    this.watermarkMs = Math.max(this.watermarkMs, this.#givenBeforeMs);
  }

  /** The leader's sample leaves if it is newer than this. */
  leaderThreshold(low: number, high: number): number {
    const filledMs = this.#filled.get(low, high);
    return filledMs > this.watermarkMs ? filledMs : this.watermarkMs;
  }

  /** A follower's sample leaves if it is newer than this. */
  followerThreshold(low: number, high: number): number {
    const filledMs = this.#filled.get(low, high);
    return Number.isNaN(filledMs) ? this.#givenBeforeMs : filledMs;
  }

  /** The leader's sample has left. */
  passLeader(low: number, high: number): void {
    const filledMs = this.#filled.get(low, high);
    if (!Number.isNaN(filledMs)) this.#passed.set(low, high, filledMs);
  }

  /** A follower's sample of a series that the leader lacks has left, or was kept back (`left` false). */
  fill(low: number, high: number, sample: { readonly timestampMs: number; readonly left: boolean }): void {
    if (sample.left) this.filledSeries += 1;
    else this.suppressed += 1;
    if (Number.isNaN(sample.timestampMs)) return;
    const isNew = Number.isNaN(this.#filled.get(low, high)) && Number.isNaN(this.#updates.get(low, high));
    if (isNew) {
      if (this.#maxSeries > 0 && this.#filled.size + this.#added >= this.#maxSeries) {
        this.filledOverflow = true;
        return;
      }
      this.#added += 1;
    }
    if (sample.left) this.#updates.set(low, high, sample.timestampMs);
    else if (isNew) this.#updates.set(low, high, this.#givenBeforeMs);
  }
}
