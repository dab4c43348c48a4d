import { expect, it } from 'vitest';
import { seededFraction } from '../../../../src/cli/demo/seeded-fraction.ts';

it('is spread over [0, 1) and the same for the same key', () => {
  const fractions = Array.from({ length: 1000 }, (_, i) => seededFraction(`key ${i}`));
  expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...fractions)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = fractions.filter((fraction) => Math.floor(fraction * 10) === tenth).length;
    expect(inside).toBeGreaterThan(60);
  }
  expect(seededFraction('key 7')).toBe(fractions[7]);
});
