/** Words are read and written up to this many bytes beyond what a buffer holds. */
export const WORD_SLACK_BYTES = 24;

/** Memory for one line at a time. */
export class ScratchBuffer {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));

  /** Makes room for `size` bytes and slack; what was there may be lost. */
  reserve(size: number): void {
    if (size + WORD_SLACK_BYTES <= this.bytes.length) return;
    this.bytes = new Uint8Array((size + WORD_SLACK_BYTES) * 2);
    this.view = new DataView(this.bytes.buffer);
  }
}
