import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { Hash64Set } from '../../model/hash64-set.ts';

/** Capacity that is kept from family to family. */
const KEPT_WORDS = 131_072;

/**
 * The hashes of the series of one family that have been dealt with. Adding only appends, since most families are sorted
 * and never ask; the first question builds the set. Memory: 8 bytes a series, 24 once asked.
 */
export class GivenSeries {
  #words = new Uint32Array(1024);
  #used = 0;
  readonly #set = new Hash64Set();
  /** Words that are in the set already. */
  #indexed = 0;

  /** How many were added since the last {@link GivenSeries.clear}. */
  get size(): number {
    return this.#used / 2;
  }

  /** The words may be signed or unsigned. */
  add(low: number, high: number): void {
    if (this.#used === this.#words.length) this.#grow();
    this.#words[this.#used] = low;
    this.#words[this.#used + 1] = high;
    this.#used += 2;
  }

  /** Two words a series. */
  addMany(hashes: Uint32Array): void {
    while (this.#used + hashes.length > this.#words.length) this.#grow();
    this.#words.set(hashes, this.#used);
    this.#used += hashes.length;
  }

  has(low: number, high: number): boolean {
    for (; this.#indexed < this.#used; this.#indexed += 2) {
      this.#set.add(this.#words[this.#indexed]!, this.#words[this.#indexed + 1]!);
    }
    return this.#set.has(low >>> 0, high >>> 0);
  }

  /** Whether the line's series was added, joined or kept apart by replica. */
  hasLine(line: SampleLine): boolean {
    const { joined, kept } = line.run;
    return (
      this.has(line.low + joined.low, line.high + joined.high) ||
      (kept !== joined && this.has(line.low + kept.low, line.high + kept.high))
    );
  }

  /** What was added, as a set of its own; this one is empty afterwards. */
  take(): GivenSeries {
    const taken = new GivenSeries();
    taken.addMany(this.#words.subarray(0, this.#used));
    this.clear();
    return taken;
  }

  clear(): void {
    this.#used = 0;
    if (this.#indexed > 0) this.#set.clear();
    this.#indexed = 0;
    if (this.#words.length > KEPT_WORDS) this.#words = new Uint32Array(1024);
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
  }
}
