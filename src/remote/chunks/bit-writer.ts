/** Writes big-endian bits. */
export class BitWriter {
  #bytes = new Uint8Array(256);
  /** Of the next bit. */
  #position = 0;

  bit(bit: number): void {
    this.write(bit, 1);
  }

  /** The lower `count` bits of `value`; at most 32. */
  write(value: number, count: number): void {
    this.#reserve(count);
    for (let left = count; left > 0;) {
      const room = 8 - (this.#position & 7);
      const taken = Math.min(room, left);
      const bits = (value >>> (left - taken)) & ((1 << taken) - 1);
      this.#bytes[this.#position >> 3]! |= bits << (room - taken);
      this.#position += taken;
      left -= taken;
    }
  }

  /** The lower `count` bits of two words; at most 64. */
  write64(high: number, low: number, count: number): void {
    if (count > 32) this.write(high, count - 32);
    this.write(low, Math.min(32, count));
  }

  /** The lower `count` bits of an integer, in two's complement; exact up to 2^53. */
  writeNumber(value: number, count: number): void {
    const low = ((value % 2 ** 32) + 2 ** 32) % 2 ** 32;
    this.write64((value - low) / 2 ** 32, low, count);
  }

  /** Go's `binary.PutUvarint`. */
  uvarint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.write((rest % 128) | 0x80, 8);
    this.write(rest, 8);
  }

  /** Go's `binary.PutVarint`: zigzag. */
  varint(value: number): void {
    this.uvarint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** What was written, zero bits up to the end of the last byte. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, (this.#position + 7) >> 3);
  }

  #reserve(bits: number): void {
    if (this.#position + bits <= this.#bytes.length * 8) return;
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
