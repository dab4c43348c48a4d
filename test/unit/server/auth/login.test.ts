import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/model/errors.ts';
import { createLogin, type LoginAttempt, type LoginOptions } from '../../../../src/server/auth/login.ts';
import type { PasswordTask } from '../../../../src/server/auth/password-task.ts';

const hashOf = (password: string, cost = 10): string => `$2y$${cost}$${password.padEnd(53, '.')}`;
const users = new Map([
  ['alice', hashOf('a')],
  ['bob', hashOf('b', 12)],
]);

function setUp(options: Partial<LoginOptions> = {}) {
  const tasks: PasswordTask[] = [];
  const clock = { ms: 0 };
  const login = createLogin({
    checks: {
      async check(task) {
        tasks.push(task);
        await Promise.resolve();
        return task.hash.includes(`$${task.password}....`);
      },
    },
    now: () => clock.ms,
    ...options,
  });
  const attempt = (user: string, password: string, more: Partial<LoginAttempt> = {}): Promise<boolean> =>
    login({ user, password, users, network: 'n', signal: new AbortController().signal, ...more });
  return { tasks, clock, attempt };
}

const limited = expect.objectContaining({ code: 'PG_LOGIN_LIMITED' }) as unknown;
const outcome = (attempt: Promise<boolean>): Promise<unknown> => attempt.catch((error: unknown) => error);

describe('credentials', () => {
  it('are those of a user', async () => {
    const { attempt } = setUp();
    expect(await attempt('alice', 'a')).toBe(true);
    expect(await attempt('alice', 'b')).toBe(false);
    expect(await attempt('nobody', 'a')).toBe(false);
  });

  it('are remembered once verified, and wrong ones are not', async () => {
    const { attempt, tasks } = setUp();
    for (let i = 0; i < 3; i++) expect(await attempt('alice', 'a')).toBe(true);
    expect(tasks).toHaveLength(1);
    for (let i = 0; i < 3; i++) expect(await attempt('alice', 'x')).toBe(false);
    expect(tasks).toHaveLength(4);
  });

  it('are checked again when the hash has changed or the user is gone', async () => {
    const { attempt, tasks } = setUp();
    await attempt('alice', 'a');
    expect(await attempt('alice', 'a', { users: new Map([['alice', hashOf('new')]]) })).toBe(false);
    expect(await attempt('alice', 'a', { users: new Map([['bob', hashOf('a')]]) })).toBe(false);
    expect(tasks).toHaveLength(3);
  });

  it('are checked once for requests that come together', async () => {
    const { attempt, tasks } = setUp();
    expect(await Promise.all(Array.from({ length: 100 }, () => attempt('alice', 'a')))).not.toContain(false);
    expect(tasks).toHaveLength(1);
  });

  it('are remembered up to a bound', async () => {
    const { attempt, tasks } = setUp({ maxVerified: 1 });
    for (const [user, password] of [
      ['alice', 'a'],
      ['bob', 'b'],
      ['alice', 'a'],
    ] as const)
      await attempt(user, password);
    expect(tasks).toHaveLength(3);
  });
});

describe('an unknown user', () => {
  it('costs a check of what a known one costs, the same each time', async () => {
    const costs = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { attempt, tasks } = setUp();
      await attempt('nobody', 'x');
      await attempt('nobody', 'y');
      const [first, second] = tasks.map(({ hash }) => hash);
      expect(first).toMatch(/^\$2b\$(10|12)\$\.{53}$/);
      expect(second).toBe(first);
      costs.add(first!);
    }
    expect(costs.size).toBe(2);
  });

  it('is not let in by a check that succeeds', async () => {
    const { attempt } = setUp({ checks: { check: async () => true } });
    expect(await attempt('nobody', 'x')).toBe(false);
    expect(await attempt('nobody', 'x')).toBe(false);
  });
});

describe('failures', () => {
  it('are limited for a network', async () => {
    const { attempt, tasks, clock } = setUp({ perNetwork: { burst: 3, refillMs: 1000 } });
    for (let i = 0; i < 3; i++) expect(await attempt(`user-${i}`, 'x')).toBe(false);
    expect(await outcome(attempt('user-9', 'x'))).toEqual(limited);
    expect(await outcome(attempt('alice', 'a'))).toMatchObject({ details: { retryAfterSeconds: 1 }, status: 429 });
    expect(tasks).toHaveLength(3);
    expect(await attempt('alice', 'a', { network: 'other' })).toBe(true);
    clock.ms = 1000;
    expect(await attempt('user-9', 'x')).toBe(false);
  });

  it('are limited for a user, from wherever they come', async () => {
    const { attempt } = setUp({ perUser: { burst: 3, refillMs: 1000 } });
    for (let i = 0; i < 3; i++) expect(await attempt('alice', `x${i}`, { network: `n${i}` })).toBe(false);
    expect(await outcome(attempt('alice', 'x', { network: 'n9' }))).toEqual(limited);
    expect(await attempt('bob', 'b')).toBe(true);
  });

  it('are counted before they are made, so that many at once are not more', async () => {
    const { attempt, tasks } = setUp({ perNetwork: { burst: 5, refillMs: 1000 } });
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => outcome(attempt('alice', `guess ${i}`))));
    expect(outcomes.filter((result) => result === false)).toHaveLength(5);
    expect(tasks).toHaveLength(5);
  });

  it('do not touch verified credentials, and successes cost nothing', async () => {
    const { attempt } = setUp({ perNetwork: { burst: 2, refillMs: 1000 } });
    for (const [user, password] of [
      ['alice', 'a'],
      ['bob', 'b'],
    ] as const)
      expect(await attempt(user, password)).toBe(true);
    for (let i = 0; i < 2; i++) expect(await attempt('alice', 'x')).toBe(false);
    expect(await outcome(attempt('alice', 'x'))).toEqual(limited);
    expect(await attempt('alice', 'a')).toBe(true);
  });

  it('are none where no check was made', async () => {
    const overloaded = async (): Promise<boolean> => {
      throw new GatewayError('PG_OVERLOADED', 'full');
    };
    const { attempt } = setUp({ perNetwork: { burst: 1, refillMs: 1000 }, checks: { check: overloaded } });
    for (let i = 0; i < 3; i++) expect(await outcome(attempt('alice', 'x'))).toMatchObject({ code: 'PG_OVERLOADED' });
  });
});

it('a client that leaves takes no other with it', async () => {
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const { attempt } = setUp({
    checks: {
      check: (_task, signal) =>
        new Promise((resolve, reject) => {
          if (signal === staying.signal) resolve(true);
          signal.addEventListener('abort', () => reject(new GatewayError('PG_CLIENT_GONE', 'gone')));
        }),
    },
  });
  const first = outcome(attempt('alice', 'a', { signal: leaving.signal }));
  const second = attempt('alice', 'a', { signal: staying.signal });
  leaving.abort();
  expect(await first).toMatchObject({ code: 'PG_CLIENT_GONE' });
  expect(await second).toBe(true);
});
