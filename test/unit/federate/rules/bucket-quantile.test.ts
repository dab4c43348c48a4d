import { describe, expect, it } from 'vitest';
import { bucketQuantile } from '../../../../src/federate/rules/bucket-quantile.ts';

const quantile = (q: number, bounds: readonly number[], counts: readonly number[]): number =>
  bucketQuantile(q, { bounds, counts });

describe('bucketQuantile', () => {
  // 10 observations up to 1, 20 more up to 2, 10 more up to 4, none above.
  const bounds = [1, 2, 4, Infinity];
  const counts = [10, 30, 40, 40];

  it.each([
    [0, 0],
    [0.125, 0.5],
    [0.25, 1],
    [0.5, 1.5],
    [0.75, 2],
    [0.875, 3],
    [1, 4],
  ])('interpolates q=%d to %d', (q, expected) => {
    expect(quantile(q, bounds, counts)).toBeCloseTo(expected, 12);
  });

  it('gives the highest finite bound when the quantile lies above it', () => {
    expect(quantile(0.99, [1, 2, Infinity], [1, 2, 100])).toBe(2);
  });

  it('starts at 0 in a first bucket with a positive bound, and gives a bound that is not positive itself', () => {
    expect(quantile(0.5, [10, Infinity], [8, 8])).toBe(5);
    expect(quantile(0.5, [-5, 5, Infinity], [8, 10, 10])).toBe(-5);
    expect(quantile(0.5, [0, 5, Infinity], [8, 10, 10])).toBe(0);
  });

  it('interpolates between negative bounds', () => {
    expect(quantile(0.5, [-4, -2, Infinity], [0, 10, 10])).toBe(-3);
  });

  it('forces counts to be monotonic', () => {
    // as [2, 2, 5, 5, 9, 9]: rank 8.1 lies in (100, 1000], (8.1 - 5) / (9 - 5) of the way
    expect(quantile(0.9, [0.1, 1, 10, 100, 1000, Infinity], [2, 1, 5, 4, 9, 8])).toBeCloseTo(100 + 900 * 0.775, 9);
  });

  it('takes counts that differ by rounding only for equal', () => {
    const nearly = 10 * (1 + 1e-14);
    expect(quantile(1, [1, 2, 4, Infinity], [10, nearly, nearly, nearly])).toBe(1);
    expect(quantile(1, [1, 2, 4, Infinity], [10, 10 * (1 - 1e-14), 10, 10])).toBe(1);
    // A real difference, however small the counts, is one.
    expect(quantile(1, [1, 2, Infinity], [1e-300, 2e-300, 2e-300])).toBe(2);
  });

  it.each([
    ['no buckets', [], []],
    ['no +Inf bucket', [1, 2], [1, 2]],
    ['only a +Inf bucket', [Infinity], [5]],
    ['no observations', [1, Infinity], [0, 0]],
  ])('is NaN with %s', (_, someBounds, someCounts) => {
    expect(quantile(0.5, someBounds, someCounts)).toBeNaN();
  });

  it('gives the highest finite bound when the counts are NaN', () => {
    expect(quantile(0.5, [1, 2, Infinity], [Number.NaN, Number.NaN, Number.NaN])).toBe(2);
  });
});
