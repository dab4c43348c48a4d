import { describe, expect, it } from 'vitest';

import { createHedgeDelay } from '../../../src/topology/hedge-delay.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('the hedge delay', () => {
  it.each([
    ['no read yet', [], 5],
    ['one read', [70], 70],
    ['reads below the minimum', [1, 2, 3], 5],
    ['20 reads: the second slowest', [...upTo(19), 9000], 19],
    ['100 reads', upTo(100), 95],
    ['in any order', upTo(100).reverse(), 95],
    ['only the last 100', [...upTo(100).map((ms) => ms * 100), ...upTo(100)], 95],
    ['reads without a byte', [70, Number.NaN, Number.NaN], 70],
    ['nonsense', [-1, Number.NEGATIVE_INFINITY], 5],
  ])('after %s', (_name, reads, delayMs) => {
    const hedge = createHedgeDelay(5);
    for (const ms of reads) hedge.observe(ms);
    expect(hedge.delayMs()).toBe(delayMs);
  });
});
