import { GatewayError, toGatewayError } from '../../model/errors.ts';
import type { FederateObserver } from './federate-observer.ts';
import type { ShardRead } from './shard-read.ts';

export interface FederateRunOptions {
  readonly reads: readonly ShardRead[];
  readonly shardNames: readonly string[];
  readonly abortOnLoss: boolean;
  readonly signal: AbortSignal;
  readonly observer: FederateObserver;
}

/** Which shards of one answer are still good, and whether it can go on. */
export class FederateRun {
  readonly #options: FederateRunOptions;
  readonly #lost = new Map<number, GatewayError>();

  constructor(options: FederateRunOptions) {
    this.#options = options;
  }

  get isPartial(): boolean {
    return this.#lost.size > 0;
  }

  isLost(shard: number): boolean {
    return this.#lost.has(shard);
  }

  /** Why a shard is missing. */
  lossOf(shard: number): GatewayError | undefined {
    return this.#lost.get(shard);
  }

  /** Called by a shard's cursor: the shard will not give the rest of its series. */
  readonly lose = (shard: number, error: unknown): void => {
    if (this.#lost.has(shard)) return;
    const reason = toGatewayError(error);
    this.#lost.set(shard, reason);
    this.#options.observer.shardLost(shard, reason);
  };

  /** @throws GatewayError when the answer cannot be given: the client left, or shards are missing that must not be. */
  readonly checkpoint = (): void => {
    const { signal, abortOnLoss, reads } = this.#options;
    if (signal.aborted) throw new GatewayError('PG_CLIENT_GONE', 'the client left before its answer was complete');
    if (this.#lost.size === 0) return;
    // Asking again, or without this shard, would not help.
    const refusal = [...this.#lost.values()].find(({ code }) => code === 'PG_LIMIT_GROUPS');
    if (refusal !== undefined) throw refusal;
    if (this.#lost.size === reads.length) throw this.#unavailable('no shard answered');
    if (abortOnLoss) throw this.#unavailable('partial_response is abort and a shard is missing');
  };

  #unavailable(what: string): GatewayError {
    const reasons = [...this.#lost].map(
      ([shard, { message }]) => `shard ${this.#options.shardNames[shard]}: ${message}`,
    );
    return new GatewayError('PG_SHARD_UNAVAILABLE', `${what}: ${reasons.join('; ')}`);
  }
}
