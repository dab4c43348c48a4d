import { expect, it } from 'vitest';
import { createLoginLimiter, type LimiterKey } from '../../../../src/server/auth/login-limiter.ts';

const a: LimiterKey = { key: 'a', allowance: { burst: 2, refillMs: 1000 } };
const b: LimiterKey = { key: 'b', allowance: { burst: 3, refillMs: 500 } };

function create(maxKeys = 10) {
  const clock = { ms: 0 };
  return { clock, limiter: createLoginLimiter({ maxKeys, now: () => clock.ms }) };
}

it('gives a burst, then one attempt each time', () => {
  const { clock, limiter } = create();
  expect([limiter.take([a]), limiter.take([a]), limiter.take([a])]).toEqual([0, 0, 1000]);
  clock.ms = 400;
  expect(limiter.take([a])).toBe(600);
  clock.ms = 1000;
  expect([limiter.take([a]), limiter.take([a])]).toEqual([0, 1000]);
  clock.ms = 1_000_000;
  expect([limiter.take([a]), limiter.take([a]), limiter.take([a])]).toEqual([0, 0, 1000]);
});

it('takes from all keys or from none', () => {
  const { limiter } = create();
  expect([limiter.take([a, b]), limiter.take([a, b]), limiter.take([a, b])]).toEqual([0, 0, 1000]);
  expect([limiter.take([b]), limiter.take([b])]).toEqual([0, 500]);
});

it('takes back what was no failure, and no more', () => {
  const { limiter } = create();
  limiter.take([a]);
  limiter.giveBack([a]);
  limiter.giveBack([a]);
  expect([limiter.take([a]), limiter.take([a]), limiter.take([a])]).toEqual([0, 0, 1000]);
});

it('forgets the keys that were seen longest ago', () => {
  const { limiter } = create(2);
  const keyOf = (key: string): LimiterKey => ({ ...a, key });
  for (const key of ['x', 'x', 'y']) limiter.take([keyOf(key)]);
  expect(limiter.take([keyOf('x')])).toBe(1000);
  limiter.take([keyOf('z')]);
  limiter.take([keyOf('w')]);
  expect(limiter.take([keyOf('x')])).toBe(0);
});
