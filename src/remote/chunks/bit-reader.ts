import { GatewayError } from '../../model/errors.ts';

/** Reads big-endian bits. @throws GatewayError `PG_PARSE_INVALID` past the end */
export class BitReader {
  /** The upper half of what {@link BitReader.read64} read. */
  high = 0;
  /** The lower half. */
  low = 0;
  readonly #bytes: Uint8Array;
  #byte: number;
  /** Bits of the current byte that were read. */
  #bit = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#byte = start;
  }

  bit(): 0 | 1 {
    if (this.#byte >= this.#bytes.length) throw truncated();
    const value = (this.#bytes[this.#byte]! >> (7 - this.#bit)) & 1;
    if (this.#bit === 7) {
      this.#bit = 0;
      this.#byte += 1;
    } else this.#bit += 1;
    return value as 0 | 1;
  }

  /** At most 32 bits, as an unsigned number. */
  read(count: number): number {
    let value = 0;
    let left = count;
    while (left > 0) {
      if (this.#byte >= this.#bytes.length) throw truncated();
      const available = 8 - this.#bit;
      const taken = Math.min(available, left);
      const bits = (this.#bytes[this.#byte]! >> (available - taken)) & ((1 << taken) - 1);
      value = value * 2 ** taken + bits;
      left -= taken;
      this.#bit += taken;
      if (this.#bit === 8) {
        this.#bit = 0;
        this.#byte += 1;
      }
    }
    return value;
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
