import { expect, it } from 'vitest';
import { createSampleMasks } from '../../../../src/federate/shard-task/sample-masks.ts';

it('begins where the last join of the shard ended, and more densely where that found few series', () => {
  const masks = createSampleMasks();
  expect(masks.start('a')).toBe(0);
  masks.ended('a', 0b111, 200);
  masks.ended('b', 0b1, 200);
  expect([masks.start('a'), masks.start('b')]).toEqual([0b111, 0b1]);
  masks.ended('a', 0b111, 31);
  expect(masks.start('a')).toBe(0b11);
  masks.ended('a', 0, 0);
  expect(masks.start('a')).toBe(0);
});
