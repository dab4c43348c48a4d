import { LF } from '../../exposition/text/byte-class.ts';
import { WORD_SLACK_BYTES } from '../../exposition/text/scratch-buffer.ts';

/** A contiguous piece of a byte stream: chunks are copied to its end, what was read is let go at its front. */
export class TextWindow {
  bytes: Uint8Array = new Uint8Array(0);
  /** Over the same memory; readable for some bytes beyond {@link TextWindow.end}. */
  view: DataView = new DataView(this.bytes.buffer);
  /** End of what has arrived. */
  end = 0;
  /** After the last line feed that has arrived. */
  limit = 0;

  /** Copies `chunk`; what lies before `keepFrom` is let go. Returns by how much offsets have become smaller. */
  append(chunk: Uint8Array, keepFrom: number): number {
    const shift = this.#makeRoom(chunk.length, keepFrom);
    this.bytes.set(chunk, this.end);
    const lineFeed = chunk.lastIndexOf(LF);
    if (lineFeed !== -1) this.limit = this.end + lineFeed + 1;
    this.end += chunk.length;
    return shift;
  }

  #makeRoom(size: number, keepFrom: number): number {
    const needed = this.end - keepFrom + size + WORD_SLACK_BYTES;
    if (needed > this.bytes.length) {
      const bytes = new Uint8Array(needed * 2);
      bytes.set(this.bytes.subarray(keepFrom, this.end));
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    } else if (this.end + size + WORD_SLACK_BYTES <= this.bytes.length) {
      return 0;
    } else {
      this.bytes.copyWithin(0, keepFrom, this.end);
    }
    this.end -= keepFrom;
    this.limit = Math.max(0, this.limit - keepFrom);
    return keepFrom;
  }
}
