import { expect, it } from 'vitest';
import {
  addWeighted,
  averageIdentity,
  averageValue,
  mergeAverages,
} from '../../../../src/federate/rules/weighted-average.ts';

const { NaN: nan } = Number;

it.each<[shards: [value: number, weight: number][][], expected: number]>([
  [[[[10, 1]]], 10],
  [
    [
      [
        [10, 1],
        [40, 2],
      ],
    ],
    30,
  ],
  [[[[10, 1]], [[40, 2]]], 30],
  [[[[10, 1]], [[nan, 0]]], 10],
  [[[[10, 1]], [[Infinity, 0]]], 10],
  [[[[nan, 0]]], nan],
  [
    [
      [
        [nan, 1],
        [3, 4],
      ],
    ],
    nan,
  ],
  [[[[3, nan]]], nan],
  [
    [
      [
        [Infinity, 1],
        [3, 4],
      ],
    ],
    Infinity,
  ],
  [
    [
      [
        [1e100, 1],
        [1, 1],
      ],
      [[-1e100, 1]],
    ],
    1 / 3,
  ],
])('of %j is %d', (shards, expected) => {
  const merged = [...averageIdentity];
  for (const series of shards) {
    const cells = [...averageIdentity];
    for (const [value, weight] of series) addWeighted(cells, 0, value, weight);
    mergeAverages(merged, 0, cells, 0);
  }
  expect(averageValue(merged, 0)).toBe(expected);
});
