import { expect, it } from 'vitest';
import { addBucket, bucketCount, mergeBuckets, toBuckets } from '../../../../src/federate/rules/bucket-state.ts';

it('sums per bound and gives the bounds in ascending order', () => {
  const state: number[] = [];
  addBucket(state, Infinity, 5);
  addBucket(state, 0.5, 1);
  addBucket(state, 10, 3);
  addBucket(state, 0.5, 1);
  addBucket(state, -1, 0);
  expect(bucketCount(state)).toBe(4);
  expect(toBuckets(state)).toEqual({ bounds: [-1, 0.5, 10, Infinity], counts: [0, 2, 3, 5] });
});

it('merges shards whose bounds differ, compensation included', () => {
  const state: number[] = [];
  addBucket(state, 1, 1e100);
  addBucket(state, 1, 1);
  const other: number[] = [];
  addBucket(other, 1, -1e100);
  addBucket(other, 2, 7);
  mergeBuckets(state, other);
  expect(toBuckets(state)).toEqual({ bounds: [1, 2], counts: [1, 7] });
});
