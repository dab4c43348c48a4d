import { expect, it } from 'vitest';
import { deepFreeze } from '../../../src/config/deep-freeze.ts';

it('freezes every object and list of a tree and returns it', () => {
  const tree = { a: [{ b: 1 }], c: { d: 'x' }, e: null };
  expect(deepFreeze(tree)).toBe(tree);
  for (const part of [tree, tree.a, tree.a[0], tree.c]) expect(Object.isFrozen(part)).toBe(true);
});
