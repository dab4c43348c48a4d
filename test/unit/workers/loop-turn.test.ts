import { expect, it, vi } from 'vitest';
import { createLoopTurn } from '../../../src/workers/loop-turn.ts';

it('lets other work run while a chain of microtasks goes on', async () => {
  let others = 0;
  const timer = setInterval(() => others++, 1);
  const turn = createLoopTurn();
  const endMs = performance.now() + 300;
  while (performance.now() < endMs) await turn.yieldIfDue();
  clearInterval(timer);
  expect(others).toBeGreaterThan(2);
});

it('does not wait when its time is not over', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  let didOthersRun = false;
  setImmediate(() => (didOthersRun = true));
  await createLoopTurn().yieldIfDue();
  clock.mockRestore();
  expect(didOthersRun).toBe(false);
});
