import type { FilledTable } from './shard-view.ts';

const firstSlots = 64;

/**
 * Series to timestamp, by 64-bit hash, in flat arrays: copied for every request, so a copy must cost no more than the
 * bytes. Open addressing with linear probing, at most half full; the hash is good enough to be its own index. Words are
 * unsigned.
 */
export class FilledSeries {
  #hashes = new Uint32Array(2 * firstSlots);
  /** NaN marks a free slot. */
  #timestampsMs = new Float64Array(firstSlots).fill(Number.NaN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Timestamp of a series, Unix ms; undefined when it is not here. */
  get(low: number, high: number): number | undefined {
    const timestampMs = this.#timestampsMs[this.#slotOf(low, high)]!;
    return Number.isNaN(timestampMs) ? undefined : timestampMs;
  }

  /** Adds a series, or advances its timestamp: the newer of the two stays. NaN and -Infinity are ignored. */
  advance(low: number, high: number, timestampMs: number): void {
    if (!(timestampMs > -Infinity)) return;
    const slot = this.#slotOf(low, high);
    const known = this.#timestampsMs[slot]!;
    if (!Number.isNaN(known)) {
      this.#timestampsMs[slot] = Math.max(known, timestampMs);
      return;
    }
    this.#hashes[2 * slot] = low;
    this.#hashes[2 * slot + 1] = high;
    this.#timestampsMs[slot] = timestampMs;
    this.#size++;
    if (this.#size * 2 > this.#timestampsMs.length) this.#rebuild(this.#timestampsMs.length * 2, -Infinity);
  }

  advanceAll(table: FilledTable): void {
    for (let i = 0; i < table.timestampsMs.length; i++) {
      this.advance(table.hashes[2 * i]!, table.hashes[2 * i + 1]!, table.timestampsMs[i]!);
    }
  }

  /** Removes the series that are listed with the timestamp that is held, or a newer one. */
  removePassed(passed: FilledTable): void {
    let removed = 0;
    for (let i = 0; i < passed.timestampsMs.length; i++) {
      const slot = this.#slotOf(passed.hashes[2 * i]!, passed.hashes[2 * i + 1]!);
      if (!(this.#timestampsMs[slot]! <= passed.timestampsMs[i]!)) continue;
      // Left in its place until the rebuild, as probing must not stop here.
      this.#timestampsMs[slot] = -Infinity;
      removed++;
    }
    if (removed > 0) this.#rebuild(this.#timestampsMs.length, -Infinity);
  }

  /** Removes the series whose timestamp is older than `oldestMs`. */
  expire(oldestMs: number): void {
    if (this.#timestampsMs.some((timestampMs) => timestampMs < oldestMs)) {
      this.#rebuild(this.#timestampsMs.length, oldestMs);
    }
  }

  clear(): void {
    this.#allocate(firstSlots);
  }

  /** A copy; the order of the entries has no meaning. */
  toTable(): FilledTable {
    const hashes = new Uint32Array(2 * this.#size);
    const timestampsMs = new Float64Array(this.#size);
    let next = 0;
    for (let slot = 0; slot < this.#timestampsMs.length; slot++) {
      if (Number.isNaN(this.#timestampsMs[slot]!)) continue;
      hashes[2 * next] = this.#hashes[2 * slot]!;
      hashes[2 * next + 1] = this.#hashes[2 * slot + 1]!;
      timestampsMs[next] = this.#timestampsMs[slot]!;
      next++;
    }
    return { hashes, timestampsMs };
  }

  /** The slot that holds the series, or the free one where it belongs. */
  #slotOf(low: number, high: number): number {
    const mask = this.#timestampsMs.length - 1;
    let slot = low & mask;
    while (!Number.isNaN(this.#timestampsMs[slot]!)) {
      if (this.#hashes[2 * slot] === low && this.#hashes[2 * slot + 1] === high) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #rebuild(slots: number, oldestMs: number): void {
    const hashes = this.#hashes;
    const timestampsMs = this.#timestampsMs;
    this.#allocate(slots);
    for (let slot = 0; slot < timestampsMs.length; slot++) {
      const timestampMs = timestampsMs[slot]!;
      if (timestampMs >= oldestMs) this.advance(hashes[2 * slot]!, hashes[2 * slot + 1]!, timestampMs);
    }
  }

  #allocate(slots: number): void {
    this.#hashes = new Uint32Array(2 * slots);
    this.#timestampsMs = new Float64Array(slots).fill(Number.NaN);
    this.#size = 0;
  }
}
