import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../model/errors.ts';
import type { Credentials } from './basic-credentials.ts';
import { decoyHash } from './decoy-hash.ts';
import { createLoginLimiter, type FailureAllowance, type LimiterKey } from './login-limiter.ts';
import type { PasswordChecks } from './password-checks.ts';

/** Why somebody was not let in: what the metric counts by. */
export type AuthFailureReason = 'no_credentials' | 'bad_header' | 'wrong_credentials' | 'rate_limited' | 'overloaded';

export interface LoginOptions {
  readonly checks: Pick<PasswordChecks, 'check'>;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly perNetwork?: FailureAllowance;
  readonly perUser?: FailureAllowance;
  /** Of verified credentials, and of networks and names that are counted. */
  readonly maxVerified?: number;
  readonly maxCounted?: number;
}

export interface LoginAttempt extends Credentials {
  readonly users: ReadonlyMap<string, string>;
  /** Where it comes from; see `clientNetwork`. */
  readonly network: string;
  readonly signal: AbortSignal;
}

/**
 * Whether the password belongs to the user. What was verified once is known again by a keyed hash, without a check and
 * whatever the limits say, until the user's hash changes.
 * @throws GatewayError `PG_LOGIN_LIMITED` after too many failures, `PG_OVERLOADED`, `PG_CLIENT_GONE`
 */
export type Login = (attempt: LoginAttempt) => Promise<boolean>;

/** A scraper that was given a wrong password fails four times a minute; nobody needs more than that to be seen. */
const defaults = {
  perNetwork: { burst: 20, refillMs: 3000 },
  perUser: { burst: 60, refillMs: 1000 },
  maxVerified: 1000,
  maxCounted: 10_000,
} as const;

export function createLogin(options: LoginOptions): Login {
  const { checks, now, perNetwork, perUser, maxVerified, maxCounted } = { ...defaults, ...options };
  const secret = randomBytes(32);
  const verified = new LRUCache<string, true>({ max: maxVerified });
  const underWay = new Map<string, Promise<boolean>>();
  const limiter = createLoginLimiter({ maxKeys: maxCounted, now });

  const check = async (attempt: LoginAttempt, hash: string, key: string): Promise<boolean> => {
    const { user, users, network, password, signal } = attempt;
    const keys: LimiterKey[] = [
      { key: `network ${network}`, allowance: perNetwork },
      { key: `user ${keyed(secret, [user]).toString('base64')}`, allowance: perUser },
    ];
    const waitMs = limiter.take(keys);
    if (waitMs > 0) throw limited(waitMs);
    let isFailure = false;
    try {
      const isRight = await checks.check({ password, hash }, signal);
      isFailure = !isRight || !users.has(user);
    } finally {
      if (!isFailure) limiter.giveBack(keys);
    }
    if (!isFailure) verified.set(key, true);
    return !isFailure;
  };

  return async (attempt) => {
    const { user, password, users } = attempt;
    const hash = users.get(user) ?? decoyHash([...users.values()], keyed(secret, [user]));
    const key = keyed(secret, [user, hash, password]).toString('base64');
    if (verified.has(key) && users.has(user)) return true;
    // Connections that come at once with the same credentials need one check together.
    for (;;) {
      const shared = underWay.get(key) ?? check(attempt, hash, key).finally(() => underWay.delete(key));
      underWay.set(key, shared);
      try {
        return await shared;
      } catch (error) {
        // The client that began the check has left; the others have not.
        if (!(error instanceof GatewayError) || error.code !== 'PG_CLIENT_GONE' || attempt.signal.aborted) throw error;
      }
    }
  };
}

/** Lengths go in too, so that no two lists of parts are the same bytes. */
function keyed(secret: Uint8Array, parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest();
}

function limited(waitMs: number): GatewayError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new GatewayError('PG_LOGIN_LIMITED', `too many failed logins: try again in ${retryAfterSeconds} s`, {
    details: { retryAfterSeconds },
  });
}
