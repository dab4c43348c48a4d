import { resizeColumn } from './resize-column.ts';

/** The moment at which shards' answers are combined. */
export interface Moment {
  readonly nowMs: number;
  /** Counts the combinations in the order in which they began. */
  readonly number: number;
}

/** By how much columns grow at least, so that adding one by one does not copy them each time. */
export const growth = 1.25;

/**
 * When the contributions of one stream were sampled, came and were fed, in columns: a slot holds one contribution. There
 * may be hundreds of thousands, so none is an object of its own.
 */
export class ContributionSlots {
  readonly #lookbackDeltaMs: number;
  /**
   * Newest sample in it, or when it came where that is earlier, Unix ms: one from a clock that runs ahead must neither be
   * immortal nor keep out what a sibling gives.
   */
  #timestampsMs = new Float64Array(0);
  /** When the shard last gave anything to the group, a contribution too old to be taken included; Infinity: slot is free. */
  #fedAtMs = new Float64Array(0);
  /** Number of the latest combination in which it, or one that it replaced, came. */
  #fedIn = new Uint32Array(0);
  /** Slots that were in use and are free. */
  readonly #free: number[] = [];
  #used = 0;

  constructor(lookbackDeltaMs: number) {
    this.#lookbackDeltaMs = lookbackDeltaMs;
  }

  /** Number of contributions. */
  get size(): number {
    return this.#used - this.#free.length;
  }

  /** All slots are less. */
  get capacity(): number {
    return this.#timestampsMs.length;
  }

  /** Makes room for so many more contributions. */
  reserve(added: number): void {
    const needed = this.size + added;
    if (needed > this.capacity) this.#grow(Math.max(needed, Math.ceil(this.capacity * growth)));
  }

  /** Returns the slot of a new contribution, for which room must have been reserved. */
  add(timestampMs: number, moment: Moment): number {
    const slot = this.#free.pop() ?? this.#used++;
    this.#fedAtMs[slot] = moment.nowMs;
    this.#fedIn[slot] = 0;
    this.#take(slot, timestampMs, moment);
    return slot;
  }

  /** The shard gave to the group again; whether that replaces what is kept, which else stands in for it. */
  renew(slot: number, timestampMs: number, moment: Moment): boolean {
    this.#fedAtMs[slot] = moment.nowMs;
    if (Math.min(timestampMs, moment.nowMs) < this.#timestampsMs[slot]! && this.#isYoung(slot, moment.nowMs))
      return false;
    this.#take(slot, timestampMs, moment);
    return true;
  }

  remove(slot: number): void {
    this.#fedAtMs[slot] = Infinity;
    this.#free.push(slot);
  }

  /** Whether it came in this combination or since that began, or is young enough to stand in for what did not come. */
  isUsable(slot: number, { nowMs, number }: Moment): boolean {
    return this.#fedIn[slot]! >= number || this.#isYoung(slot, nowMs);
  }

  wasFedBefore(slot: number, timeMs: number): boolean {
    return this.#fedAtMs[slot]! < timeMs;
  }

  /** Whether {@link ContributionSlots.wasFedBefore} holds for any. */
  someFedBefore(timeMs: number): boolean {
    const fedAtMs = this.#fedAtMs;
    for (let slot = 0; slot < this.#used; slot++) if (fedAtMs[slot]! < timeMs) return true;
    return false;
  }

  #take(slot: number, timestampMs: number, { nowMs, number }: Moment): void {
    this.#timestampsMs[slot] = Math.min(timestampMs, nowMs);
    // Another answer that is still under way may have brought what is replaced here, and counts on its being fresh.
    this.#fedIn[slot] = Math.max(this.#fedIn[slot]!, number);
  }

  #isYoung(slot: number, nowMs: number): boolean {
    return nowMs - this.#timestampsMs[slot]! < this.#lookbackDeltaMs;
  }

  #grow(slots: number): void {
    const { capacity } = this;
    this.#timestampsMs = resizeColumn(this.#timestampsMs, slots);
    this.#fedAtMs = resizeColumn(this.#fedAtMs, slots).fill(Infinity, capacity);
    this.#fedIn = new Uint32Array(this.#fedIn.buffer.transfer(slots * 4));
  }
}
