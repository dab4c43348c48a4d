import type { FilledTable } from '../../topology/shard-view.ts';

/** Timestamps (Unix ms) by 64-bit label set hash: open addressing in typed arrays, at most half full. */
export class SeriesTable {
  #words = new Int32Array(32);
  #timestampsMs = new Float64Array(16);
  #used = new Uint8Array(16);
  #mask = 15;
  #size = 0;

  static from(table: FilledTable): SeriesTable {
    const { hashes, timestampsMs } = table;
    const created = new SeriesTable();
    for (const [i, timestampMs] of timestampsMs.entries()) created.set(hashes[2 * i]!, hashes[2 * i + 1]!, timestampMs);
    return created;
  }

  get size(): number {
    return this.#size;
  }

  /** NaN where there is no entry. The words may be signed or unsigned. */
  get(low: number, high: number): number {
    const slot = this.#slot(low | 0, high | 0);
    return this.#used[slot] === 1 ? this.#timestampsMs[slot]! : Number.NaN;
  }

  set(low: number, high: number, timestampMs: number): void {
    const slot = this.#slot(low | 0, high | 0);
    if (this.#used[slot] === 0) {
      this.#used[slot] = 1;
      this.#words[2 * slot] = low;
      this.#words[2 * slot + 1] = high;
      this.#size += 1;
    }
    this.#timestampsMs[slot] = timestampMs;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  toTable(): FilledTable {
    const hashes = new Uint32Array(this.#size * 2);
    const timestampsMs = new Float64Array(this.#size);
    let i = 0;
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#used[slot] === 0) continue;
      hashes[2 * i] = this.#words[2 * slot]!;
      hashes[2 * i + 1] = this.#words[2 * slot + 1]!;
      timestampsMs[i] = this.#timestampsMs[slot]!;
      i += 1;
    }
    return { hashes, timestampsMs };
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  #slot(low: number, high: number): number {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & this.#mask;
    while (this.#used[slot] === 1 && (this.#words[2 * slot] !== low || this.#words[2 * slot + 1] !== high)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const [words, timestampsMs, used] = [this.#words, this.#timestampsMs, this.#used];
    const slots = used.length * 2;
    this.#words = new Int32Array(slots * 2);
    this.#timestampsMs = new Float64Array(slots);
    this.#used = new Uint8Array(slots);
    this.#mask = slots - 1;
    this.#size = 0;
    for (let slot = 0; slot < used.length; slot++) {
      if (used[slot] === 1) this.set(words[2 * slot]!, words[2 * slot + 1]!, timestampsMs[slot]!);
    }
  }
}
