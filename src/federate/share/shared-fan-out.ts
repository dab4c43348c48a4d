import { GatewayError, toGatewayError } from '../../model/errors.ts';
import type { FederateAnswer } from '../service.ts';
import type { AnswerCollector } from './answer-cache.ts';
import { Subscriber } from './subscriber.ts';

export interface SharedFanOutOptions {
  /** The time at which its first request must be answered, on the clock of the service; `Infinity` = none. */
  readonly deadlineMs: number;
  readonly maxClientLagBytes: number;
  /** Starts the work; called once, at once. */
  readonly start: (signal: AbortSignal) => Promise<FederateAnswer>;
  readonly collector: AnswerCollector;
  readonly onClientCut: () => void;
  /** It can no longer be joined. Called once. */
  readonly onClosed: () => void;
  /** Everything it held upstream is released. Called once. */
  readonly onFinished: () => void;
}

/**
 * One fan-out read by one or more clients. The fastest client sets the pace; the others queue the same copies of the
 * chunks, each up to `maxClientLagBytes`. A lone client that waits gets the chunk itself, uncopied, and plain
 * back-pressure. When the last client has left, the work is aborted.
 */
export class SharedFanOut {
  readonly deadlineMs: number;
  readonly #options: SharedFanOutOptions;
  readonly #abort = new AbortController();
  readonly #subscribers = new Set<Subscriber>();
  readonly #answer: Promise<FederateAnswer>;
  #body: AsyncIterator<Uint8Array> | undefined;
  #state: 'open' | 'streaming' | 'finished' = 'open';
  #isPulling = false;
  #hasPulled = false;

  constructor(options: SharedFanOutOptions) {
    this.deadlineMs = options.deadlineMs;
    this.#options = options;
    this.#answer = options.start(this.#abort.signal);
    this.#answer.then(
      (answer) => this.#begin(answer),
      () => this.#finish(),
    );
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /**
   * Adds a client; only while the fan-out is open. Resolves with the client's own body.
   * @throws GatewayError what the fan-out failed with, or `PG_CLIENT_GONE` when `signal` fired first.
   */
  async subscribe(signal: AbortSignal): Promise<FederateAnswer> {
    const gone = Promise.withResolvers<never>();
    const subscriber = new Subscriber({
      demand: () => this.#pull(),
      leave: () => forget(),
    });
    const onAbort = (): void => {
      const error = new GatewayError('PG_CLIENT_GONE', 'the client closed the connection');
      forget();
      subscriber.fail(error);
      gone.reject(error);
    };
    const forget = (): void => {
      signal.removeEventListener('abort', onAbort);
      this.#remove(subscriber);
    };
    gone.promise.catch(() => {});
    this.#subscribers.add(subscriber);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const answer = await Promise.race([this.#answer, gone.promise]);
      return {
        get partial() {
          return answer.partial;
        },
        body: subscriber,
      };
    } catch (error) {
      forget();
      throw error;
    }
  }

  #begin(answer: FederateAnswer): void {
    this.#body = answer.body[Symbol.asyncIterator]();
    if (this.#subscribers.size === 0) this.#stop();
  }

  #pull(): void {
    if (this.#isPulling || this.#body === undefined || this.#state === 'finished') return;
    this.#isPulling = true;
    this.#hasPulled = true;
    void this.#read(this.#body);
  }

  async #read(body: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      const result = await body.next();
      this.#isPulling = false;
      if (this.#state === 'open') this.#options.collector.begin();
      this.#close();
      if (result.done === true) this.#complete(await this.#answer);
      else this.#deliver(result.value);
    } catch (error) {
      this.#isPulling = false;
      this.#fail(toGatewayError(error));
    }
  }

  #deliver(chunk: Uint8Array): void {
    if (this.#state === 'finished') return;
    const [first] = this.#subscribers;
    const isAlone = this.#subscribers.size === 1 && first?.isWaiting === true;
    const { collector } = this.#options;
    const shared = isAlone && !collector.isActive ? chunk : new Uint8Array(chunk);
    collector.add(shared);
    for (const subscriber of this.#subscribers) {
      const behind = subscriber.queuedBytes;
      if (behind > 0 && behind + shared.length > this.#options.maxClientLagBytes) {
        this.#cut(subscriber);
      } else {
        subscriber.push(shared);
      }
    }
  }

  #cut(subscriber: Subscriber): void {
    const limit = this.#options.maxClientLagBytes;
    this.#options.onClientCut();
    subscriber.fail(
      new GatewayError('PG_CLIENT_SLOW', `the client fell more than max_client_lag_bytes ${limit} behind its siblings`),
    );
    this.#remove(subscriber);
  }

  #complete(answer: FederateAnswer): void {
    if (answer.partial) this.#options.collector.abandon();
    else this.#options.collector.keep();
    for (const subscriber of this.#subscribers) subscriber.end();
    this.#finish();
  }

  #fail(error: GatewayError): void {
    for (const subscriber of this.#subscribers) subscriber.fail(error);
    this.#finish();
  }

  #remove(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return;
    this.#close();
    if (this.#state !== 'finished') this.#stop();
  }

  /** Nobody reads any more. The place is given back only when the work has really ended. */
  #stop(): void {
    this.#abort.abort(new GatewayError('PG_CLIENT_GONE', 'every client of this fan-out left'));
    if (this.#body !== undefined) void this.#letGo(this.#body);
  }

  async #letGo(body: AsyncIterator<Uint8Array>): Promise<void> {
    // What an abandoned body still has to say, errors included, interests nobody.
    const ignore = (): void => {};
    // A generator that was never asked for anything has no `finally` to run when it is returned.
    if (!this.#hasPulled) await body.next().then(ignore, ignore);
    await body.return?.().then(ignore, ignore);
    this.#finish();
  }

  #close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'streaming';
    this.#options.onClosed();
  }

  #finish(): void {
    if (this.#state === 'finished') return;
    this.#close();
    this.#state = 'finished';
    this.#options.collector.abandon();
    this.#options.onFinished();
  }
}
