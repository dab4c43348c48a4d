import { GatewayError } from '../../model/errors.ts';

/** Reads big-endian bits. @throws GatewayError `PG_PARSE_INVALID` past the end */
export class BitReader {
  /** The upper half of what {@link BitReader.read64} read. */
  high = 0;
  /** The lower half. */
  low = 0;
  readonly #bytes: Uint8Array;
  /** Of the next bit. */
  #position: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#position = start * 8;
    this.#end = bytes.length * 8;
  }

  /** Bits that are left. */
  get remaining(): number {
    return this.#end - this.#position;
  }

  bit(): 0 | 1 {
    const position = this.#position;
    if (position >= this.#end) throw truncated();
    this.#position = position + 1;
    return ((this.#bytes[position >> 3]! >> (7 - (position & 7))) & 1) as 0 | 1;
  }

  /** How many ones come before the next zero, which is consumed with them; at most `most`, and then no zero is. */
  ones(most: number): number {
    // Ones ahead are zeros of the complement; past the end there are zeros.
    const ones = Math.min(most, Math.clz32(~this.#window()));
    this.#advance(ones < most ? ones + 1 : ones);
    return ones;
  }

  /** At most 32 bits, as an unsigned number. */
  read(count: number): number {
    if (count > 24) return this.read(count - 16) * 65_536 + this.read(16);
    if (count === 0) return 0;
    const value = this.#window() >>> (32 - count);
    this.#advance(count);
    return value;
  }

  /** The next 25 bits or more, at the top of 32. */
  #window(): number {
    const bytes = this.#bytes;
    const at = this.#position >> 3;
    const word = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    return word << (this.#position & 7);
  }

  #advance(count: number): void {
    this.#position += count;
    if (this.#position > this.#end) throw truncated();
  }

  /** At most 64 bits into {@link BitReader.high} and {@link BitReader.low}. */
  read64(count: number): void {
    this.high = count > 32 ? this.read(count - 32) : 0;
    this.low = this.read(Math.min(32, count));
  }

  /** At most 64 bits as a number; exact up to 2^53. */
  readNumber(count: number): number {
    this.read64(count);
    return this.high * 2 ** 32 + this.low;
  }

  /**
   * As {@link BitReader.readNumber}, where what is above half the range stands for a negative number. The sign is taken
   * from the upper word: just below 2^64 a number has no bits left for milliseconds.
   */
  readSigned(count: number): number {
    if (count <= 32) {
      const value = this.read(count);
      return value > 2 ** (count - 1) ? value - 2 ** count : value;
    }
    this.read64(count);
    const half = 2 ** (count - 33);
    const isNegative = this.high > half || (this.high === half && (this.low > 0 || count === 64));
    return (isNegative ? this.high - 2 * half : this.high) * 2 ** 32 + this.low;
  }
}

function truncated(): GatewayError {
  return new GatewayError('PG_PARSE_INVALID', 'a chunk ends in the middle of a sample');
}
