/** The transport under a body: lets the body hold the peer back, or end the connection. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Beyond this the peer is held back; what is already on its way is still taken in. */
const maxQueuedBytes = 256 * 1024;
const unallocated = new Uint8Array(0);
/** Small chunks are joined up to this size, so that a consumer pays per read and not per chunk of the sender. */
const maxJoinedBytes = 64 * 1024;

/**
 * The body of one response as it comes over the wire: the transport pushes, one consumer iterates. At most
 * 256 KiB plus one read of the socket are queued. Chunks handed out belong to the consumer, and are never written again,
 * unless {@link WireBody.reuseBuffers} was called.
 */
export class WireBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #flow: Flow;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #bytes = 0;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #mayReuse = false;
  /** Used in turn; each as large as it has had to be. */
  #reused: [Uint8Array, Uint8Array] = [unallocated, unallocated];

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** Bytes received so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * From now on a chunk is valid until the next but one is asked for: a consumer that reads one ahead and copies saves
   * an allocation a chunk, which would be nearly all that a large read allocates.
   */
  reuseBuffers(): void {
    this.#mayReuse = true;
  }

  push(chunk: Uint8Array): void {
    if (this.#ended || chunk.length === 0) return;
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    this.#bytes += chunk.length;
    if (!this.#paused && this.#queuedBytes >= maxQueuedBytes) {
      this.#paused = true;
      this.#flow.pause();
    }
    this.#notify();
  }

  /** The peer sent everything. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  /** The wire broke: what was received before is handed out first, then the error. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#notify();
  }

  /** We end it: what is queued is dropped, the next read throws, and the connection is aborted at once. */
  cancel(error: Error): void {
    this.#error ??= error;
    this.#drop(error);
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (this.#queuedBytes === 0) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return { done: true, value: undefined };
      // Waking is a microtask: all chunks of one read of the socket are queued before it runs, and leave as one.
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#take();
    if (this.#paused && this.#queuedBytes < maxQueuedBytes / 2) {
      this.#paused = false;
      this.#flow.resume();
    }
    return { done: false, value };
  }

  /** Puts back what was taken, to be handed out again: all of it, in its order. */
  unread(chunks: readonly Uint8Array[]): void {
    this.#queue.unshift(...chunks);
    for (const { length } of chunks) this.#queuedBytes += length;
  }

  /** The consumer has seen enough. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#drop(new Error('body no longer wanted'));
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): Uint8Array {
    const first = this.#queue[0]!;
    let count = 1;
    let length = first.length;
    while (count < this.#queue.length && length + this.#queue[count]!.length <= maxJoinedBytes) {
      length += this.#queue[count]!.length;
      count++;
    }
    const taken = count === 1 ? first : this.#join(this.#queue.splice(0, count), length);
    if (count === 1) this.#queue.shift();
    this.#queuedBytes -= length;
    return taken;
  }

  #join(chunks: readonly Uint8Array[], length: number): Uint8Array {
    if (!this.#mayReuse) return Buffer.concat(chunks, length);
    const [older, newer] = this.#reused;
    const target = older.length < length ? new Uint8Array(roomFor(length)) : older;
    this.#reused = [newer, target];
    let at = 0;
    for (const chunk of chunks) {
      target.set(chunk, at);
      at += chunk.length;
    }
    return target.subarray(0, length);
  }

  #drop(reason: Error): void {
    const wasOpen = !this.#ended;
    this.#ended = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    if (wasOpen) this.#flow.abort(reason);
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** A power of two, so that a body whose reads grow is given a few buffers and a small one hardly more than its size. */
function roomFor(length: number): number {
  return 2 ** Math.ceil(Math.log2(length));
}
