import type { GatewayError } from '../../model/errors.ts';

/** What a subscriber tells its fan-out. */
export interface SubscriberEvents {
  /** It has nothing left to read and waits for the next chunk. */
  demand(): void;
  /** It wants nothing more. */
  leave(): void;
}

interface Reader {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * One client's view of a shared body: the chunks it has not read yet. A chunk is valid until the next is asked for.
 * One reader, one pass.
 */
export class Subscriber implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #events: SubscriberEvents;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #reader: Reader | undefined;
  #outcome: 'open' | 'ended' | { readonly error: GatewayError } = 'open';

  constructor(events: SubscriberEvents) {
    this.#events = events;
  }

  /** Whether a read is pending; then the queue is empty and the next chunk goes straight to the reader. */
  get isWaiting(): boolean {
    return this.#reader !== undefined;
  }

  /** How far it is behind the fan-out. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  push(chunk: Uint8Array): void {
    const reader = this.#reader;
    if (reader === undefined) {
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
      return;
    }
    this.#reader = undefined;
    reader.resolve({ done: false, value: chunk });
  }

  /** The body is complete: what is queued can still be read. */
  end(): void {
    if (this.#outcome !== 'open') return;
    this.#outcome = 'ended';
    this.#reader?.resolve(DONE);
    this.#reader = undefined;
  }

  /** The body cannot be completed: what is queued is worth nothing and is let go at once. */
  fail(error: GatewayError): void {
    if (this.#outcome !== 'open' && this.#queue.length === 0) return;
    this.#drop();
    this.#outcome = { error };
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const chunk = this.#queue.shift();
    if (chunk !== undefined) {
      this.#queuedBytes -= chunk.length;
      return { done: false, value: chunk };
    }
    if (this.#outcome === 'ended') return DONE;
    if (this.#outcome !== 'open') throw this.#outcome.error;
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#events.demand();
    });
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#drop();
    this.end();
    this.#events.leave();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #drop(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
  }
}
