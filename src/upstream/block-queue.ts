const BLOCK_BYTES = 64 * 1024;
const MIN_BLOCK_BYTES = 4 * 1024;

/**
 * Bytes in the order they came, copied into blocks: small chunks become one, so that a consumer pays per read and not per
 * chunk of the sender, and the memory they came in can be let go at once.
 */
export class BlockQueue {
  /** Bytes in it. */
  length = 0;
  #full: Uint8Array[] = [];
  /** The block that is being filled, and how far. */
  #tail: Uint8Array | undefined;
  #used = 0;
  #received = 0;
  #mayReuse = false;
  #free: Uint8Array[] = [];
  /** Whole blocks of which parts were handed out: the last but one, and the last. */
  #lent: (Uint8Array | undefined)[] = [undefined, undefined];

  /** From now on what {@link BlockQueue.take} gives is valid until the call after the next one. */
  reuseBlocks(): void {
    this.#mayReuse = true;
  }

  /** Copies; the chunk may be overwritten afterwards. */
  copy(chunk: Uint8Array): void {
    this.length += chunk.length;
    this.#received += chunk.length;
    let rest = chunk;
    for (;;) {
      const tail = (this.#tail ??= this.#newBlock(rest.length));
      const room = tail.length - this.#used;
      tail.set(rest.length > room ? rest.subarray(0, room) : rest, this.#used);
      this.#used += Math.min(rest.length, room);
      if (rest.length < room) return;
      this.#closeTail();
      rest = rest.subarray(room);
      if (rest.length === 0) return;
    }
  }

  /** Takes the chunk as it is: it belongs to who takes it out. */
  add(chunk: Uint8Array): void {
    this.#closeTail();
    this.length += chunk.length;
    this.#full.push(chunk);
  }

  /** Puts back what was taken, to be handed out again before all else. */
  unread(chunks: readonly Uint8Array[]): void {
    this.#full.unshift(...chunks);
    for (const { length } of chunks) this.length += length;
  }

  /** The next piece; there must be one. */
  take(): Uint8Array {
    if (this.#full.length === 0) this.#closeTail();
    const taken = this.#full.shift()!;
    this.length -= taken.length;
    if (this.#mayReuse) this.#lend(taken);
    return taken;
  }

  clear(): void {
    this.length = this.#used = 0;
    this.#tail = undefined;
    this.#full = this.#free = [];
  }

  #closeTail(): void {
    if (this.#tail === undefined) return;
    this.#full.push(this.#tail.subarray(0, this.#used));
    this.#tail = undefined;
    this.#used = 0;
  }

  /** As large as what came so far: a small body has a small block. */
  #newBlock(bytes: number): Uint8Array {
    return (
      this.#free.pop() ??
      Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, Math.max(MIN_BLOCK_BYTES, bytes, this.#received)))
    );
  }

  #lend({ buffer }: Uint8Array): void {
    const [before, last] = this.#lent;
    if (before !== undefined) this.#free.push(before);
    this.#lent = [last, buffer.byteLength === BLOCK_BYTES ? new Uint8Array(buffer) : undefined];
  }
}
