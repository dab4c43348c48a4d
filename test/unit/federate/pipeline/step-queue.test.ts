import { expect, it } from 'vitest';
import { createStepQueue } from '../../../../src/federate/pipeline/step-queue.ts';
import type { Steps } from '../../../../src/federate/rules/steps.ts';

function* busyFor(ms: number): Steps<number> {
  const endMs = performance.now() + ms;
  let steps = 0;
  while (performance.now() < endMs) {
    steps += 1;
    yield;
  }
  return steps;
}

it('lets other work run between the steps', async () => {
  let others = 0;
  const timer = setInterval(() => others++, 1);
  expect(await createStepQueue().run(() => busyFor(60))).toBeGreaterThan(1);
  clearInterval(timer);
  expect(others).toBeGreaterThan(2);
});

it('runs one piece of work after the other, in the order of asking, past one that fails', async () => {
  const queue = createStepQueue();
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    function* (): Steps<string> {
      events.push(`${name} begins`);
      yield* busyFor(12);
      if (fails) throw new Error(name);
      events.push(`${name} ends`);
      return name;
    };
  const results = Promise.allSettled([queue.run(work('a')), queue.run(work('b', true)), queue.run(work('c'))]);
  expect(await results).toMatchObject([{ value: 'a' }, { reason: new Error('b') }, { value: 'c' }]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
});
