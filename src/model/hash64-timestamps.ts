/** Entries of {@link Hash64Timestamps} as plain data. */
export interface TimestampEntries {
  /** Two words per entry (low, high), unsigned. */
  readonly hashes: Uint32Array;
  /** `timestampsMs[i]` belongs to the words `2 * i` and `2 * i + 1`. */
  readonly timestampsMs: Float64Array;
}

const firstSlots = 16;

/**
 * Timestamps (Unix ms, -Infinity too) by 64-bit hash, given as two 32-bit words that may be signed or unsigned: open
 * addressing with linear probing in typed arrays, at most half full, no object per entry.
 */
export class Hash64Timestamps {
  #words = new Int32Array(2 * firstSlots);
  /** NaN marks a free slot. */
  #timestampsMs = new Float64Array(firstSlots).fill(Number.NaN);
  #size = 0;

  static of({ hashes, timestampsMs }: TimestampEntries): Hash64Timestamps {
    const created = new Hash64Timestamps();
    for (const [i, timestampMs] of timestampsMs.entries()) created.set(hashes[2 * i]!, hashes[2 * i + 1]!, timestampMs);
    return created;
  }

  get size(): number {
    return this.#size;
  }

  /** NaN where there is no entry. */
  get(low: number, high: number): number {
    return this.#timestampsMs[this.#slotOf(low | 0, high | 0)]!;
  }

  /** Adds an entry or replaces its timestamp, which must not be NaN. Amortised O(1). */
  set(low: number, high: number, timestampMs: number): void {
    const slot = this.#slotOf(low | 0, high | 0);
    const isNew = Number.isNaN(this.#timestampsMs[slot]!);
    this.#words[2 * slot] = low;
    this.#words[2 * slot + 1] = high;
    this.#timestampsMs[slot] = timestampMs;
    if (!isNew) return;
    this.#size += 1;
    if (this.#size * 2 > this.#timestampsMs.length) this.#rebuild(this.#timestampsMs.length * 2, -Infinity);
  }

  delete(low: number, high: number): void {
    let free = this.#slotOf(low | 0, high | 0);
    if (Number.isNaN(this.#timestampsMs[free]!)) return;
    this.#size -= 1;
    const mask = this.#timestampsMs.length - 1;
    // Probing stops at a free slot: entries that went past this one move up.
    for (let slot = (free + 1) & mask; !Number.isNaN(this.#timestampsMs[slot]!); slot = (slot + 1) & mask) {
      const home = homeOf(this.#words[2 * slot]!, this.#words[2 * slot + 1]!, mask);
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      this.#words.copyWithin(2 * free, 2 * slot, 2 * slot + 2);
      this.#timestampsMs[free] = this.#timestampsMs[slot]!;
      free = slot;
    }
    this.#timestampsMs[free] = Number.NaN;
  }

  /** Removes the entries that are older than `oldestMs`. O(slots). */
  deleteOlder(oldestMs: number): void {
    if (this.#timestampsMs.some((timestampMs) => timestampMs < oldestMs)) {
      this.#rebuild(this.#timestampsMs.length, oldestMs);
    }
  }

  clear(): void {
    this.#allocate(firstSlots);
  }

  /** A copy; the order of the entries has no meaning. */
  entries(): TimestampEntries {
    const hashes = new Uint32Array(2 * this.#size);
    const timestampsMs = new Float64Array(this.#size);
    let next = 0;
    for (let slot = 0; slot < this.#timestampsMs.length; slot++) {
      if (Number.isNaN(this.#timestampsMs[slot]!)) continue;
      hashes[2 * next] = this.#words[2 * slot]!;
      hashes[2 * next + 1] = this.#words[2 * slot + 1]!;
      timestampsMs[next] = this.#timestampsMs[slot]!;
      next += 1;
    }
    return { hashes, timestampsMs };
  }

  /** The slot that holds the hash, or the free one where it belongs. The words are signed. */
  #slotOf(low: number, high: number): number {
    const mask = this.#timestampsMs.length - 1;
    let slot = homeOf(low, high, mask);
    while (!Number.isNaN(this.#timestampsMs[slot]!)) {
      if (this.#words[2 * slot] === low && this.#words[2 * slot + 1] === high) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #rebuild(slots: number, oldestMs: number): void {
    const words = this.#words;
    const timestampsMs = this.#timestampsMs;
    this.#allocate(slots);
    for (let slot = 0; slot < timestampsMs.length; slot++) {
      const timestampMs = timestampsMs[slot]!;
      if (timestampMs >= oldestMs) this.set(words[2 * slot]!, words[2 * slot + 1]!, timestampMs);
    }
  }

  #allocate(slots: number): void {
    this.#words = new Int32Array(2 * slots);
    this.#timestampsMs = new Float64Array(slots).fill(Number.NaN);
    this.#size = 0;
  }
}

function homeOf(low: number, high: number, mask: number): number {
  return (low ^ Math.imul(high, 0x9e3779b1)) & mask;
}
