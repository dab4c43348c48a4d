import { expect, it } from 'vitest';
import { GivenSeries } from '../../../../src/federate/join/given-series.ts';

it('knows what was added before and after the first question', () => {
  const given = new GivenSeries();
  given.add(1, -1);
  expect([given.has(1, 0xffff_ffff), given.has(1, 1)]).toEqual([true, false]);
  given.add(1, 1);
  expect(given.has(1, 1)).toBe(true);
});

it('holds a large family, and forgets it', () => {
  const given = new GivenSeries();
  for (let i = 0; i < 200_000; i++) given.add(i, -i);
  expect([given.has(199_999, -199_999), given.has(200_000, -200_000)]).toEqual([true, false]);
  given.clear();
  expect(given.has(0, 0)).toBe(false);
  given.add(7, 7);
  expect([given.has(7, 7), given.has(199_999, -199_999)]).toEqual([true, false]);
});
