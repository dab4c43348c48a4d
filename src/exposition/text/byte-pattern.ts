/** A constant piece of ASCII or UTF-8 text, compared and copied in words of four bytes. */
export class BytePattern {
  readonly length: number;
  /** Little-endian; the last one padded with zero bytes. */
  readonly words: Int32Array;
  /** Covers the bytes of the pattern in its first and in its last word. */
  readonly firstMask: number;
  readonly lastMask: number;
  readonly firstWord: number;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    this.length = bytes.length;
    this.words = new Int32Array(Math.max(1, Math.ceil(bytes.length / 4)));
    const view = new DataView(this.words.buffer);
    for (const [i, byte] of bytes.entries()) view.setUint8(i, byte);
    for (let i = 0; i < this.words.length; i++) this.words[i] = view.getInt32(i * 4, true);
    this.firstMask = maskOf(Math.min(4, bytes.length));
    this.lastMask = maskOf(bytes.length === 0 ? 0 : ((bytes.length - 1) & 3) + 1);
    this.firstWord = this.words[0]!;
  }

  /** Whether the pattern stands at `at`; `view` must be readable up to three bytes beyond it. */
  isAt(view: DataView, at: number): boolean {
    if (((view.getInt32(at, true) ^ this.firstWord) & this.firstMask) !== 0) return false;
    const { words } = this;
    const last = words.length - 1;
    for (let i = 1; i < last; i++) {
      if (view.getInt32(at + i * 4, true) !== words[i]) return false;
    }
    return ((view.getInt32(at + last * 4, true) ^ words[last]!) & this.lastMask) === 0;
  }

  /** Writes the pattern at `at`; up to three bytes beyond it are overwritten with zeros. */
  copyTo(view: DataView, at: number): void {
    const { words } = this;
    for (let i = 0; i < words.length; i++) view.setInt32(at + i * 4, words[i]!, true);
  }
}

function maskOf(bytes: number): number {
  return bytes === 0 ? 0 : -1 >>> ((4 - bytes) * 8);
}
