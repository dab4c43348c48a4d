import { GatewayError, toGatewayError, toPlainError, type PlainError } from '../../model/errors.ts';
import type { ReplicaResult } from '../../topology/shard-view.ts';

/** An answer under way: its decoded bytes and what they cost on the wire. */
export interface OpenBody {
  readonly body: AsyncIterable<Uint8Array>;
  wireBytes(): number;
  /** By how much the replica's clock is at least ahead of ours; NaN or left out where it did not tell. */
  readonly clockSkewMs?: number;
}

export interface ReplicaReadDeps {
  /** Asks the replica; rejects when there is no answer to read. Stops when `signal` fires, also in the middle of the body. */
  readonly open: (signal: AbortSignal) => Promise<OpenBody>;
  /** The replica's external labels, where they have to be asked for; never rejects. */
  readonly identify: ((signal: AbortSignal) => Promise<Readonly<Record<string, string>> | undefined>) | undefined;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** What the answer may hold, decompressed and on the wire; 0 for no limit. */
  readonly maxBytes: number;
  readonly maxWireBytes: number;
}

/**
 * One replica's read as the join's driver sees it: one chunk is always asked for ahead, so that bytes arrive while the
 * join works. Not started until {@link ReplicaRead.start}.
 */
export class ReplicaRead {
  result: ReplicaResult = 'unused';
  error: PlainError | undefined;
  /** Set when asked for and answered. */
  externalLabels: Readonly<Record<string, string>> | undefined;
  bytes = 0;
  firstByteMs: number = Number.NaN;
  durationMs: number = Number.NaN;
  /** Settles, never rejects, when the state below has changed; undefined while nothing is awaited. */
  pending: Promise<void> | undefined;
  /** The next piece of the body, once it is there; taken with {@link ReplicaRead.take}. */
  #chunk: Uint8Array | undefined;
  #isEnded = false;
  #failure: GatewayError | undefined;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #body: OpenBody | undefined;
  #startedMs: number | undefined;
  readonly #deps: ReplicaReadDeps;
  readonly #abort = new AbortController();

  constructor(deps: ReplicaReadDeps) {
    this.#deps = deps;
  }

  get isStarted(): boolean {
    return this.#startedMs !== undefined;
  }

  /** Whether the head of the answer and the identity are there, so that the join can take its bytes. */
  get isOpen(): boolean {
    return this.#iterator !== undefined;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get failure(): GatewayError | undefined {
    return this.#failure;
  }

  get clockSkewMs(): number {
    return this.#body?.clockSkewMs ?? Number.NaN;
  }

  get wireBytes(): number {
    return this.#body?.wireBytes() ?? 0;
  }

  start(): void {
    this.#startedMs = this.#deps.clock();
    this.pending = this.#settle(this.#open());
  }

  /** The chunk that has arrived, if any; asks for the next one. */
  take(): Uint8Array | undefined {
    const chunk = this.#chunk;
    if (chunk === undefined) return undefined;
    this.#chunk = undefined;
    this.#ask();
    return chunk;
  }

  /** Lets the connection go. `result` says why, `error` what went wrong. */
  stop(result: ReplicaResult, error?: unknown): void {
    if (this.result !== 'unused') return;
    this.result = result;
    if (error !== undefined) this.error = toPlainError(error);
    this.#abort.abort();
    this.pending = undefined;
    this.#chunk = undefined;
  }

  async #open(): Promise<void> {
    const { open, identify } = this.#deps;
    const [body, externalLabels] = await Promise.all([open(this.#abort.signal), identify?.(this.#abort.signal)]);
    this.externalLabels = externalLabels;
    this.#body = body;
    this.#iterator = body.body[Symbol.asyncIterator]();
    this.#ask();
  }

  #elapsedMs(): number {
    return this.#deps.clock() - (this.#startedMs ?? Number.NaN);
  }

  #ask(): void {
    this.pending = this.#settle(this.#next());
  }

  async #next(): Promise<void> {
    const { value, done } = await this.#iterator!.next();
    if (done === true) {
      this.#isEnded = true;
      this.durationMs = this.#elapsedMs();
      return;
    }
    if (this.bytes === 0) this.firstByteMs = this.#elapsedMs();
    this.bytes += value.byteLength;
    this.#checkLimits();
    this.#chunk = value;
  }

  #checkLimits(): void {
    const { maxBytes, maxWireBytes } = this.#deps;
    if (maxBytes > 0 && this.bytes > maxBytes) throw tooLong(`${maxBytes} bytes, max_upstream_bytes`);
    if (maxWireBytes > 0 && this.wireBytes > maxWireBytes) {
      throw tooLong(`${maxWireBytes} bytes on the wire, max_upstream_wire_bytes`);
    }
  }

  #settle(step: Promise<void>): Promise<void> {
    const settled: Promise<void> = step.then(
      () => {
        if (this.pending === settled) this.pending = undefined;
      },
      (error: unknown) => {
        this.#failure = toGatewayError(error);
        this.pending = undefined;
      },
    );
    return settled;
  }
}

function tooLong(limit: string): GatewayError {
  return new GatewayError('PG_LIMIT_UPSTREAM_BYTES', `the answer is longer than ${limit}`);
}
