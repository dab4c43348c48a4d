import { isMarkedAsUntransferable } from 'node:worker_threads';

/** Smaller memory may as well wait. */
const MIN_BYTES = 32 * 1024;

/**
 * Lets the memory of chunks go as soon as all of them are copied, which is when chunks of other memory come: a read of a
 * socket is 64 KiB outside the heap that would wait for a collection, and hundreds of them make V8 begin a large one.
 */
export class ChunkMemory {
  #current: ArrayBufferLike | undefined;
  #isKept = false;

  /** A chunk has come; `isCopied`: its bytes are not read any more once the next one comes. */
  enter({ buffer }: Uint8Array, isCopied: boolean): void {
    if (buffer !== this.#current) {
      this.#release();
      this.#current = buffer;
      this.#isKept = false;
    }
    if (!isCopied) this.#isKept = true;
  }

  #release(): void {
    const memory = this.#current;
    if (this.#isKept || !(memory instanceof ArrayBuffer) || memory.byteLength < MIN_BYTES) return;
    // What Node shares among small buffers.
    if (isMarkedAsUntransferable(memory)) return;
    // What is transferred to nowhere is freed; a view that somebody still had would be empty, never wrong.
    memory.transfer(0);
  }
}
