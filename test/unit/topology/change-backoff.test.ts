import { expect, it } from 'vitest';
import { createBackoff } from '../../../src/topology/change-backoff.ts';

it('doubles the patience with each change, up to a bound, and halves it when there is none for long', () => {
  const backoff = createBackoff(100);
  expect([backoff.patienceMs(0), backoff.allows(0)]).toEqual([100, true]);
  backoff.changed(0);
  expect([backoff.patienceMs(1), backoff.allows(199), backoff.allows(200)]).toEqual([200, false, true]);
  backoff.changed(400);
  expect(backoff.patienceMs(401)).toBe(400);
  expect([6800, 6801, 10_000, 10_001].map((nowMs) => backoff.patienceMs(nowMs))).toEqual([400, 200, 200, 100]);
  for (let i = 0; i < 20; i++) backoff.changed(20_000 + i);
  expect(backoff.patienceMs(20_020)).toBe(1600);
  expect(backoff.patienceMs(1_000_000)).toBe(100);
});

it('has no patience to grow where there is none', () => {
  const backoff = createBackoff(0);
  backoff.changed(5);
  expect([backoff.patienceMs(5), backoff.allows(5)]).toEqual([0, true]);
});
