import { BlockQueue } from './block-queue.ts';
import { ChunkMemory } from './chunk-memory.ts';

/** The transport under a body: lets the body hold the peer back, or end the connection. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Beyond this the peer is held back; what is already on its way is still taken in. */
const maxQueuedBytes = 256 * 1024;
/** A chunk of that size is not worth a copy. */
const largeBytes = 32 * 1024;

/**
 * The body of one response as it comes over the wire: the transport pushes, one consumer iterates. At most
 * 256 KiB plus one read of the socket are queued. Chunks handed out belong to the consumer, and are never written again,
 * unless {@link WireBody.reuseBuffers} was called.
 */
export class WireBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #flow: Flow;
  readonly #queue = new BlockQueue();
  readonly #memory = new ChunkMemory();
  #bytes = 0;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #mayReuse = false;

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
    this.#queue.reuseBlocks();
  }

  /** The chunk, and the memory it stands in if that is large, belong to the body from now on. */
  push(chunk: Uint8Array): void {
    if (this.#ended || chunk.length === 0) return;
    this.#bytes += chunk.length;
    const isCopied = this.#mayReuse || chunk.length < largeBytes;
    this.#memory.enter(chunk, isCopied);
    if (isCopied) this.#queue.copy(chunk);
    else this.#queue.add(chunk);
    if (!this.#paused && this.#queue.length >= maxQueuedBytes) {
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
    while (this.#queue.length === 0) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return { done: true, value: undefined };
      // Waking is a microtask: all chunks of one read of the socket are queued before it runs, and leave as one.
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#queue.take();
    if (this.#paused && this.#queue.length < maxQueuedBytes / 2) {
      this.#paused = false;
      this.#flow.resume();
    }
    return { done: false, value };
  }

  /** Puts back what was taken, to be handed out again: all of it, in its order. */
  unread(chunks: readonly Uint8Array[]): void {
    this.#queue.unread(chunks);
  }

  /** The consumer has seen enough. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#drop(new Error('body no longer wanted'));
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #drop(reason: Error): void {
    const wasOpen = !this.#ended;
    this.#ended = true;
    this.#queue.clear();
    if (wasOpen) this.#flow.abort(reason);
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
