import { expect, it } from 'vitest';
import { createLeastBusyBalancer } from '../../../src/workers/least-busy.ts';

it.each([
  [[3, 1, 2], 4, 1],
  [[0, 0], 1, 0],
  [[2, 2], 2, undefined],
  [[], 2, undefined],
])('of threads with %j tasks, with at most %j each, takes %j', (usages, most, expected) => {
  const threads = usages.map((currentUsage) => ({ currentUsage }));
  const chosen = createLeastBusyBalancer(() => most)(undefined, threads);
  expect(chosen).toBe(expected === undefined ? null : threads[expected]);
});
