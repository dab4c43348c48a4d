import { STALE, type RawSeries } from '../../model/raw-series.ts';
import { BitWriter } from './bit-writer.ts';

/** Bits of a difference of differences of timestamps, behind so many ones. */
const deltaSizes = [14, 17, 20] as const;
const maxLeading = 31;
const scratch = new DataView(new ArrayBuffer(8));

/** The floats and stale markers of a series from index `from` to before `to`, at least one, as a chunk of Prometheus'. */
export function encodeXorChunk({ timestampsMs, values, kinds }: RawSeries, from: number, to: number): Uint8Array {
  const writer = new BitWriter();
  writer.write(to - from, 16);
  const encoded = new XorEncoder(writer);
  let deltaMs = 0;
  for (let i = from; i < to; i++) {
    if (i === from) {
      writer.varint(timestampsMs[i]!);
    } else {
      const next = timestampsMs[i]! - timestampsMs[i - 1]!;
      if (i === from + 1) writer.uvarint(next);
      else writeDelta(writer, next - deltaMs);
      deltaMs = next;
    }
    encoded.add(values[i]!, kinds?.[i] === STALE);
  }
  return writer.toBytes();
}

function writeDelta(writer: BitWriter, change: number): void {
  if (change === 0) return writer.bit(0);
  const size = deltaSizes.findIndex((bits) => change >= 1 - 2 ** (bits - 1) && change <= 2 ** (bits - 1));
  if (size === -1) {
    writer.write(0b1111, 4);
    writer.writeNumber(change, 64);
    return;
  }
  // So many ones, and a zero.
  writer.write((1 << (size + 2)) - 2, size + 2);
  writer.writeNumber(change, deltaSizes[size]!);
}

/** Writes floats as what changes from one to the next. */
class XorEncoder {
  readonly #writer: BitWriter;
  #isFirst = true;
  #high = 0;
  #low = 0;
  #leading = 64;
  #trailing = 0;

  constructor(writer: BitWriter) {
    this.#writer = writer;
  }

  add(value: number, isStale: boolean): void {
    scratch.setFloat64(0, value);
    // A stale marker is a NaN of certain bits, which a number would lose.
    const high = isStale ? 0x7ff00000 : scratch.getUint32(0);
    const low = isStale ? 2 : scratch.getUint32(4);
    if (this.#isFirst) this.#writer.write64(high, low, 64);
    else this.#change((high ^ this.#high) >>> 0, (low ^ this.#low) >>> 0);
    this.#isFirst = false;
    this.#high = high;
    this.#low = low;
  }

  #change(high: number, low: number): void {
    const writer = this.#writer;
    if (high === 0 && low === 0) return writer.bit(0);
    writer.bit(1);
    const leading = Math.min(maxLeading, high === 0 ? 32 + Math.clz32(low) : Math.clz32(high));
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
    if (leading >= this.#leading && trailing >= this.#trailing) {
      writer.bit(0);
    } else {
      this.#leading = leading;
      this.#trailing = trailing;
      const significant = 64 - leading - trailing;
      writer.bit(1);
      writer.write(leading, 5);
      writer.write(significant & 63, 6);
    }
    const shift = this.#trailing;
    const lower = shift >= 32 ? high >>> (shift - 32) : shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
    writer.write64(shift >= 32 ? 0 : high >>> shift, lower, 64 - this.#leading - shift);
  }
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
