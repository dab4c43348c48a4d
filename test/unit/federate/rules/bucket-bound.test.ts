import { expect, it } from 'vitest';
import { parseBucketBound } from '../../../../src/federate/rules/bucket-bound.ts';

it.each([
  ['1', 1],
  ['1.0', 1],
  ['0.005', 0.005],
  ['.5', 0.5],
  ['5.', 5],
  ['-2', -2],
  ['1e+06', 1_000_000],
  ['1E-3', 0.001],
  ['+Inf', Infinity],
  ['Inf', Infinity],
  ['infinity', Infinity],
  ['-Inf', -Infinity],
])('%s is the bound %d', (le, bound) => {
  expect(parseBucketBound(le)).toBe(bound);
});

it.each(['', ' 1', '1 ', 'NaN', 'abc', '0x10', '1e999', '1,5', '--1', '.', '1e', 'Infin'])('%j is no bound', (le) => {
  expect(parseBucketBound(le)).toBeUndefined();
});
