/** Bytes behind a pattern that must be readable where it is looked for, and are overwritten where it is copied to. */
export const PATTERN_SLACK_BYTES = 8;

/** A constant piece of ASCII or UTF-8 text, compared and copied in words of eight bytes, which are not allocated. */
export class BytePattern {
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Rules most places out before they are compared; 0 where there is none. */
  readonly secondByte: number;
  /** Padded with zero bytes. */
  readonly #words: BigInt64Array;
  /** The last word in two halves, and masks of the bytes that belong to the pattern. */
  readonly #lastLow: number;
  readonly #lastHigh: number;
  readonly #lowMask: number;
  readonly #highMask: number;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    const words = new BigInt64Array(Math.max(1, Math.ceil(bytes.length / 8)));
    const view = new DataView(words.buffer);
    for (const [i, byte] of bytes.entries()) view.setUint8(i, byte);
    const last = words.byteLength - 8;
    this.length = bytes.length;
    this.bytes = bytes;
    this.secondByte = bytes[1] ?? 0;
    this.#lastLow = view.getInt32(last, true);
    this.#lastHigh = view.getInt32(last + 4, true);
    this.#lowMask = maskOf(bytes.length - last);
    this.#highMask = maskOf(bytes.length - last - 4);
    for (let i = 0; i < words.length; i++) words[i] = view.getBigInt64(i * 8, true);
    this.#words = words;
  }

  /** Whether the pattern stands at `at`. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    const whole = words.length - 1;
    let p = at;
    for (let i = 0; i < whole; i++) {
      if (view.getBigInt64(p, true) !== words[i]) return false;
      p += 8;
    }
    const low = (view.getInt32(p, true) ^ this.#lastLow) & this.#lowMask;
    return (low | ((view.getInt32(p + 4, true) ^ this.#lastHigh) & this.#highMask)) === 0;
  }

  /** Writes the pattern at `at`. */
  copyTo(view: DataView, at: number): void {
    const words = this.#words;
    let p = at;
    for (let i = 0; i < words.length; i++) {
      view.setBigInt64(p, words[i]!, true);
      p += 8;
    }
  }
}

/** Covers the first `bytes` bytes of a little-endian word of four. */
function maskOf(bytes: number): number {
  if (bytes <= 0) return 0;
  return bytes >= 4 ? -1 : -1 >>> ((4 - bytes) * 8);
}
