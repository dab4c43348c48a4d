import { GatewayError } from '../../model/errors.ts';
import type { BitReader } from './bit-reader.ts';

const scratch = new DataView(new ArrayBuffer(8));

/** The float64 of two 32-bit words. */
export function floatOf(high: number, low: number): number {
  scratch.setUint32(0, high);
  scratch.setUint32(4, low);
  return scratch.getFloat64(0);
}

/** Whether the words are those of a stale marker, which must not be told from NaN by its value. */
function isStaleMarker(high: number, low: number): boolean {
  return high === 0x7ff00000 && low === 2;
}

/** A float64 that is encoded as the difference from the one before; bits are kept as two words, never as a number. */
export class XorValue {
  high = 0;
  low = 0;
  #leading = 0;
  #significant = 0;

  get value(): number {
    return floatOf(this.high, this.low);
  }

  get isStale(): boolean {
    return isStaleMarker(this.high >>> 0, this.low >>> 0);
  }

  readFirst(reader: BitReader): void {
    reader.read64(64);
    this.high = reader.high;
    this.low = reader.low;
  }

  readNext(reader: BitReader): void {
    if (reader.bit() === 0) return;
    if (reader.bit() === 1) {
      this.#leading = reader.read(5);
      this.#significant = reader.read(6) || 64;
    }
    const trailing = 64 - this.#leading - this.#significant;
    if (trailing < 0) throw new GatewayError('PG_PARSE_INVALID', 'a value in a chunk has more than 64 bits');
    reader.read64(this.#significant);
    let { high, low } = reader;
    if (trailing >= 32) {
      high = trailing === 32 ? low : low << (trailing - 32);
      low = 0;
    } else if (trailing > 0) {
      high = (high << trailing) | (low >>> (32 - trailing));
      low <<= trailing;
    }
    this.high ^= high;
    this.low ^= low;
  }
}
