import { LRUCache } from 'lru-cache';

/** How often somebody may fail: `burst` times at once, then once every `refillMs`. */
export interface FailureAllowance {
  readonly burst: number;
  readonly refillMs: number;
}

export interface LoginLimiter {
  /**
   * Takes one attempt from each key's allowance before it is made, so that attempts side by side count too; the milliseconds
   * until the next one where a key has none left (nothing is taken then).
   */
  take(keys: readonly LimiterKey[]): number;
  /** The attempt was no failure. */
  giveBack(keys: readonly LimiterKey[]): void;
}

export interface LimiterKey {
  readonly key: string;
  readonly allowance: FailureAllowance;
}

interface Bucket {
  tokens: number;
  updatedMs: number;
}

/** Keeps the latest `maxKeys` keys; one that was forgotten starts with a full allowance. `now` is monotonic. */
export function createLoginLimiter({ maxKeys, now }: { maxKeys: number; now: () => number }): LoginLimiter {
  const buckets = new LRUCache<string, Bucket>({ max: maxKeys });

  const refilled = ({ key, allowance }: LimiterKey): Bucket => {
    const nowMs = now();
    const bucket = buckets.get(key) ?? { tokens: allowance.burst, updatedMs: nowMs };
    const refill = (nowMs - bucket.updatedMs) / allowance.refillMs;
    bucket.tokens = Math.min(allowance.burst, bucket.tokens + refill);
    bucket.updatedMs = nowMs;
    buckets.set(key, bucket);
    return bucket;
  };

  return {
    take(keys) {
      const taken = keys.map((key) => ({ bucket: refilled(key), refillMs: key.allowance.refillMs }));
      const waitMs = Math.max(...taken.map(({ bucket, refillMs }) => (1 - bucket.tokens) * refillMs));
      if (waitMs > 0) return Math.ceil(waitMs);
      for (const { bucket } of taken) bucket.tokens -= 1;
      return 0;
    },
    giveBack(keys) {
      for (const key of keys) {
        const bucket = refilled(key);
        bucket.tokens = Math.min(key.allowance.burst, bucket.tokens + 1);
      }
    },
  };
}
