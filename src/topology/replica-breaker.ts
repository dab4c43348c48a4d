import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  noJitterGenerator,
} from 'cockatiel';
import type { BreakerConfig } from '../config/config.ts';

/** A replica that may be asked: what came of it has to be said, once. */
export interface Admission {
  succeeded(): void;
  /** `retryAfterMs`: how long the replica wants to be left alone, if it said so. */
  failed(retryAfterMs?: number): void;
  /** It was not asked, or we ended the read: says nothing about the replica. */
  unused(): void;
}

export interface ReplicaBreaker {
  /** Undefined while the replica is left alone; of those that ask when that time is over, one is let through. */
  admit(): Admission | undefined;
  /** Whether the replica failed of late and is left alone. */
  isOpen(): boolean;
}

/** What is thrown into the policy for a read that says nothing. */
const saysNothing = new Error('the read says nothing about the replica');
const failure = new Error('the replica failed');

/** Nobody is left alone for longer because a server asked for it. */
const maxRetryAfterMs = 60_000;
/** An open breaker counts for those who do not probe themselves only while its failure is fresh. */
const staleAfterMs = 60_000;

/**
 * Leaves a replica alone that failed several times in a row: for `minDelayMs` at first, twice as long after each probe
 * that fails, `maxDelayMs` at most. Times are those of the system's clock, without jitter, so that gateways that see the
 * same do the same.
 */
export function createReplicaBreaker({ failures, minDelayMs, maxDelayMs }: BreakerConfig): ReplicaBreaker {
  const policy = circuitBreaker(
    handleWhen((error) => error === failure),
    {
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: minDelayMs,
        maxDelay: maxDelayMs,
        generator: noJitterGenerator,
      }),
      breaker: new ConsecutiveBreaker(failures),
    },
  );
  let notBeforeMs = -Infinity;
  let failedMs = -Infinity;

  const admit = (): Admission | undefined => {
    if (Date.now() < notBeforeMs) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let isAdmitted = false;
    // Runs at once where the breaker lets it, and never later: who waits for a probe is sent away.
    let isOver = false;
    const run = policy.execute(() => {
      isAdmitted = !isOver;
      return isAdmitted ? promise : Promise.reject(saysNothing);
    });
    isOver = true;
    run.catch(() => undefined);
    if (!isAdmitted) return undefined;
    return {
      succeeded: () => resolve(),
      failed(retryAfterMs = 0) {
        failedMs = Date.now();
        notBeforeMs = failedMs + Math.min(retryAfterMs, maxRetryAfterMs);
        reject(failure);
      },
      unused: () => reject(saysNothing),
    };
  };
  return {
    admit: failures === 0 ? alwaysAdmitted : admit,
    isOpen() {
      const nowMs = Date.now();
      const isBroken = policy.state !== CircuitState.Closed && nowMs - failedMs < staleAfterMs;
      return isBroken || nowMs < notBeforeMs;
    },
  };
}

function alwaysAdmitted(): Admission {
  return { succeeded: () => undefined, failed: () => undefined, unused: () => undefined };
}
