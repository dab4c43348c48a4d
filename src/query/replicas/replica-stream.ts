import { compareLabelSets } from '../../model/label-set.ts';
import type { RawSeries } from '../../model/raw-series.ts';

/** The series of one replica, one after the other, labels already reduced to its own. */
export class ReplicaStream {
  readonly name: string;
  /** Rank among the replicas of its shard: 0 leads. */
  readonly rank: number;
  readonly #batches: AsyncIterator<readonly RawSeries[]>;
  readonly #abort: AbortController;
  #batch: readonly RawSeries[] = [];
  #index = 0;
  /** Bytes of its answer that were read up to the last series that came, and up to now. */
  #usefulBytes = 0;
  #receivedBytes = 0;
  #state: 'open' | 'done' | 'failed' = 'open';
  #isSorted = true;
  #pending: Promise<void> | undefined;
  #error: unknown;

  constructor(options: {
    readonly name: string;
    readonly rank: number;
    /** Whoever reads them tells {@link ReplicaStream.received} of their bytes. */
    readonly batches: AsyncIterable<readonly RawSeries[]>;
    readonly abort: AbortController;
  }) {
    this.name = options.name;
    this.rank = options.rank;
    this.#batches = options.batches[Symbol.asyncIterator]();
    this.#abort = options.abort;
  }

  /** The next series; undefined before {@link load}, at the end, and after a failure. */
  get head(): RawSeries | undefined {
    return this.#batch[this.#index];
  }

  /** Whether any series has come. */
  get isOpen(): boolean {
    return this.#usefulBytes > 0;
  }

  /** Bytes of its answer that have led to series. */
  get bytes(): number {
    return this.#usefulBytes;
  }

  /** So many bytes of the answer were read. */
  received(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  get state(): 'open' | 'done' | 'failed' {
    return this.#state;
  }

  get error(): unknown {
    return this.#error;
  }

  /** Whether all series so far came in order, none twice. */
  get isSorted(): boolean {
    return this.#isSorted;
  }

  get needsLoad(): boolean {
    return this.#state === 'open' && this.head === undefined;
  }

  /** Passes the head. */
  advance(): void {
    const passed = this.#batch[this.#index]!;
    this.#index += 1;
    this.#checkOrder(passed);
  }

  /** Passes the head and all that came with it, in the order in which it came, which is not looked at. */
  takeBatch(): readonly RawSeries[] {
    const rest = this.#index === 0 ? this.#batch : this.#batch.slice(this.#index);
    this.#batch = [];
    this.#index = 0;
    return rest;
  }

  /** Resolves when there is a head or none will come; never rejects. */
  load(): Promise<void> {
    this.#pending ??= this.#read().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** Gives the replica up: it owes bytes for too long, or nobody wants them. */
  drop(reason: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = reason;
    this.#batch = [];
    this.#abort.abort(reason);
    void this.#batches.return?.().catch(() => undefined);
  }

  async #read(): Promise<void> {
    try {
      const last = this.#batch.at(-1);
      for (;;) {
        const next = await this.#batches.next();
        if (this.#state !== 'open') return;
        if (next.done === true) {
          this.#batch = [];
          this.#state = 'done';
          return;
        }
        this.#batch = next.value;
        this.#index = 0;
        this.#usefulBytes = Math.max(1, this.#receivedBytes);
        if (last !== undefined) this.#checkOrder(last);
        if (this.#batch.length > 0) return;
      }
    } catch (error) {
      // Dropped before: that is why it has failed.
      if (this.#state !== 'open') return;
      this.#batch = [];
      this.#state = 'failed';
      this.#error = error;
    }
  }

  #checkOrder(before: RawSeries): void {
    const { head } = this;
    if (head !== undefined && compareLabelSets(before.labels, head.labels) >= 0) this.#isSorted = false;
  }
}
