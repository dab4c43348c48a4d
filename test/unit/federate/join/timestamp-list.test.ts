import { expect, it } from 'vitest';
import { TimestampList } from '../../../../src/federate/join/timestamp-list.ts';

it('holds what was added, in order, twice where it was added twice', () => {
  const list = new TimestampList();
  expect(list.toTable()).toEqual({ hashes: new Uint32Array(0), timestampsMs: new Float64Array(0) });
  for (let i = 0; i < 1000; i++) list.add(-1 - (i % 10), i % 10, i);
  const { hashes, timestampsMs } = list.toTable();
  expect(hashes.subarray(0, 4)).toEqual(Uint32Array.of(0xffffffff, 0, 0xfffffffe, 1));
  expect([hashes.length, timestampsMs.length, timestampsMs[999]]).toEqual([2000, 1000, 999]);
});
