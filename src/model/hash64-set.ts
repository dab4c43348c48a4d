/**
 * A set of 64-bit hashes given as two unsigned 32-bit words, open addressing in typed arrays: 8 bytes an entry at a load of at
 * most one half, no object per entry. `clear` keeps the memory up to a bound, so a set can serve family after family.
 */
export class Hash64Set {
  #words: Uint32Array;
  #mask: number;
  #size = 0;
  #hasZero = false;

  constructor(initialEntries = 512) {
    let slots = 1;
    while (slots < initialEntries * 2) slots *= 2;
    this.#words = new Uint32Array(slots * 2);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  has(low: number, high: number): boolean {
    if (low === 0 && high === 0) return this.#hasZero;
    const at = this.#slot(low, high) * 2;
    return this.#words[at] !== 0 || this.#words[at + 1] !== 0;
  }

  /** Whether the hash was not there before. Amortised O(1). */
  add(low: number, high: number): boolean {
    if (low === 0 && high === 0) {
      if (this.#hasZero) return false;
      this.#hasZero = true;
      this.#size += 1;
      return true;
    }
    const at = this.#slot(low, high) * 2;
    if (this.#words[at] !== 0 || this.#words[at + 1] !== 0) return false;
    this.#words[at] = low;
    this.#words[at + 1] = high;
    this.#size += 1;
    if (this.#size * 2 > this.#mask) this.#grow();
    return true;
  }

  /** Forgets every entry. A table that has grown past `keepSlots` is replaced by a small one. */
  clear(keepSlots = 65_536): void {
    if (this.#size === 0) return;
    if (this.#mask >= keepSlots) {
      this.#words = new Uint32Array(2048);
      this.#mask = 1023;
    } else {
      this.#words.fill(0);
    }
    this.#size = 0;
    this.#hasZero = false;
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  #slot(low: number, high: number): number {
    const words = this.#words;
    const mask = this.#mask;
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    for (;;) {
      const a = words[slot * 2]!;
      const b = words[slot * 2 + 1]!;
      if ((a === low && b === high) || (a === 0 && b === 0)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    this.#mask = this.#words.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0 && old[i + 1] === 0) continue;
      const at = this.#slot(old[i]!, old[i + 1]!) * 2;
      this.#words[at] = old[i]!;
      this.#words[at + 1] = old[i + 1]!;
    }
  }
}
