import { expect, it } from 'vitest';
import { createHeldValues } from '../../../../src/federate/rules/held-values.ts';

it('recalls the last value until its time is over', () => {
  const held = createHeldValues();
  held.remember('a', 1, 100);
  held.remember('a', 2, 200);
  expect([held.recall('a', 0), held.recall('a', 200), held.recall('a', 201)]).toEqual([2, 2, undefined]);
  expect(held.recall('b', 0)).toBeUndefined();
});

it('forgets only what is over', () => {
  const held = createHeldValues();
  held.remember('a', 1, 100);
  held.remember('b', 2, 101);
  held.forget(101);
  expect([held.recall('a', 0), held.recall('b', 0)]).toEqual([undefined, 2]);
});
