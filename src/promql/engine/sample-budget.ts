import { QueryError } from './query-error.ts';

/** How many samples a query may hold, and whether it may go on at all. */
export class SampleBudget {
  readonly #max: number;
  readonly #signal: AbortSignal;
  #held = 0;
  #peak = 0;
  #read = 0;

  constructor(max: number, signal: AbortSignal) {
    this.#max = max;
    this.#signal = signal;
  }

  /** Samples read from sources. */
  get read(): number {
    return this.#read;
  }

  get peak(): number {
    return this.#peak;
  }

  /** @throws QueryError `execution` over the limit; the signal's reason once it has fired */
  take(samples: number): void {
    this.checkSignal();
    this.#held += samples;
    this.#peak = Math.max(this.#peak, this.#held);
    if (this.#held <= this.#max) return;
    throw new QueryError('execution', 'query processing would load too many samples into memory in query execution');
  }

  release(samples: number): void {
    this.#held -= samples;
  }

  countRead(samples: number): void {
    this.#read += samples;
  }

  checkSignal(): void {
    if (this.#signal.aborted) throw this.#signal.reason;
  }
}
