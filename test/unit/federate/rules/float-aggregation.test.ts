import { describe, expect, it } from 'vitest';
import { floatAggregations, type FloatOperation } from '../../../../src/federate/rules/float-aggregation.ts';

const { NaN: nan } = Number;

function aggregate(operation: FloatOperation, shards: readonly (readonly number[])[]): number {
  const aggregation = floatAggregations[operation];
  const merged = [...aggregation.identity];
  for (const values of shards) {
    // one cell before it, so that `at` matters
    const cells = Float64Array.from([99, ...aggregation.identity]);
    for (const value of values) aggregation.add(cells, 1, value);
    aggregation.merge(merged, 0, cells, 1);
    expect(cells[0]).toBe(99);
  }
  return aggregation.value(merged, 0);
}

describe('on one shard', () => {
  it.each<[FloatOperation, number[], number]>([
    ['sum', [], 0],
    ['sum', [1, 2, 3.5], 6.5],
    ['sum', [1e100, 1, -1e100], 1],
    ['sum', [1, 1e100, 1, -1e100], 2],
    ['sum', [0.1, 0.2, 0.3, -0.3, -0.2, -0.1], 0],
    ['sum', [1, nan, 2], nan],
    ['sum', [Infinity, 1], Infinity],
    ['sum', [1e100, 1, -Infinity, 5], -Infinity],
    ['sum', [Infinity, -Infinity], nan],
    ['sum', [Infinity, nan], nan],
    ['sum', [Number.MAX_VALUE, Number.MAX_VALUE], Infinity],
    ['sum', [-0], 0],
    ['min', [3, -1, 2], -1],
    ['min', [nan, 3, nan], 3],
    ['min', [nan, nan], nan],
    ['min', [Infinity], Infinity],
    ['min', [-Infinity, nan], -Infinity],
    ['min', [Infinity, nan], Infinity],
    ['max', [3, -1, 2], 3],
    ['max', [nan, -3, nan], -3],
    ['max', [nan, nan], nan],
    ['max', [-Infinity], -Infinity],
    ['max', [-Infinity, nan], -Infinity],
    ['count', [5, nan, Infinity, -0], 4],
    ['group', [5, nan], 1],
  ])('%s of %j is %d', (operation, values, expected) => {
    const value = aggregate(operation, [values]);
    if (expected === 0) expect(value === 0).toBe(true);
    else expect(value).toBe(expected);
  });
});

describe('over shards', () => {
  it.each<[FloatOperation, number[][], number]>([
    ['sum', [[1e100, 1], [-1e100]], 1],
    ['sum', [[-1e100], [1e100, 1]], 1],
    ['sum', [[1], [1e100], [1], [-1e100]], 2],
    ['sum', [[1e100, 1], [Infinity]], Infinity],
    ['sum', [[Infinity], [1e100, 1]], Infinity],
    ['sum', [[Infinity], [-Infinity]], nan],
    ['sum', [[nan], [1]], nan],
    ['min', [[nan], [4], [2]], 2],
    ['min', [[nan], [nan]], nan],
    ['max', [[nan], [4], [2]], 4],
    ['max', [[4], [nan]], 4],
    ['count', [[1, 1], [nan]], 3],
    ['group', [[7], [8]], 1],
  ])('%s of %j is %d', (operation, shards, expected) => {
    expect(aggregate(operation, shards)).toBe(expected);
  });
});
