import type { FilledTable } from '../../topology/shard-view.ts';

/** Timestamps (Unix ms) by 64-bit hash, only appended; one hash may come twice. */
export class TimestampList {
  #words = new Uint32Array(128);
  #timestampsMs = new Float64Array(64);
  #length = 0;

  /** The words may be signed or unsigned. */
  add(low: number, high: number, timestampMs: number): void {
    const at = this.#length;
    if (at === this.#timestampsMs.length) this.#grow();
    this.#words[2 * at] = low;
    this.#words[2 * at + 1] = high;
    this.#timestampsMs[at] = timestampMs;
    this.#length = at + 1;
  }

  toTable(): FilledTable {
    return {
      hashes: this.#words.slice(0, 2 * this.#length),
      timestampsMs: this.#timestampsMs.slice(0, this.#length),
    };
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 4);
    words.set(this.#words);
    this.#words = words;
    const timestampsMs = new Float64Array(this.#timestampsMs.length * 4);
    timestampsMs.set(this.#timestampsMs);
    this.#timestampsMs = timestampsMs;
  }
}
