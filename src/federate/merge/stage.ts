const encoder = new TextEncoder();

/** Collects output bytes into chunks of one reused buffer. */
export interface Stage {
  /** Bytes collected since the last {@link Stage.take}. */
  readonly used: number;
  readonly isFull: boolean;
  /** Bytes over the life of the stage. */
  readonly total: number;
  append(bytes: Uint8Array, start: number, end: number): void;
  appendText(text: string): void;
  /** What was collected; valid until the next append. */
  take(): Uint8Array;
}

/** `chunkBytes`: the stage is full from here on; it grows past that when one append is larger. */
export function createStage(chunkBytes: number): Stage {
  let buffer = new Uint8Array(chunkBytes * 2);
  let used = 0;
  let total = 0;

  const reserve = (bytes: number): void => {
    if (used + bytes <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, used + bytes));
    grown.set(buffer.subarray(0, used));
    buffer = grown;
  };

  return {
    get used() {
      return used;
    },
    get isFull() {
      return used >= chunkBytes;
    },
    get total() {
      return total;
    },
    append(bytes, start, end) {
      reserve(end - start);
      buffer.set(bytes.subarray(start, end), used);
      used += end - start;
      total += end - start;
    },
    appendText(text) {
      reserve(text.length * 3);
      const { written } = encoder.encodeInto(text, buffer.subarray(used));
      used += written;
      total += written;
    },
    take() {
      const chunk = buffer.subarray(0, used);
      used = 0;
      return chunk;
    },
  };
}
