import { expect, it } from 'vitest';
import { GroupIndex } from '../../../../src/federate/rules/group-index.ts';
import { encodeLabelKeys, labelKey } from '../../../../src/federate/rules/label-key.ts';
import { toTheEnd } from './to-the-end.ts';

const keyOf = (job: string): string => labelKey(['job', job]);
const encode = (...jobs: string[]): Uint8Array => encodeLabelKeys(jobs.map(keyOf));
const read = (index: GroupIndex, shard: number, ...jobs: string[]): number[] => [
  ...toTheEnd(index.read(shard, encode(...jobs))),
];
const keys = (index: GroupIndex): readonly string[] => {
  toTheEnd(index.settle());
  return index.keys;
};

it('gives equal keys one number, whichever shard they come from and in whatever list', () => {
  const index = new GroupIndex();
  const first = read(index, 0, 'b', 'a');
  expect(new Set(first).size).toBe(2);
  expect(read(index, 1, 'b', 'a')).toEqual(first);
  expect(read(index, 1, 'c', 'a', 'b')).toEqual([index.numberOf(keyOf('c')), first[1], first[0]]);
  expect(read(index, 0, 'b', 'a')).toEqual(first);
  // As long as the list before, to the byte.
  expect(read(index, 0, 'b', 'c')).toEqual([first[0], index.numberOf(keyOf('c'))]);
  expect(keys(index)).toEqual(['a', 'b', 'c'].map(keyOf));
});

it('forgets what is removed, settled or not, and uses its number again', () => {
  const index = new GroupIndex();
  read(index, 0, 'a', 'b', 'c');
  keys(index);
  const [d] = read(index, 1, 'd');
  const before = index.keys;
  toTheEnd(index.remove([index.numberOf(keyOf('b'))!, d!]));
  expect(keys(index)).toEqual(['a', 'c'].map(keyOf));
  expect(before).toEqual(['a', 'b', 'c'].map(keyOf));
  expect([index.size, index.bound]).toEqual([2, 4]);
  const again = read(index, 0, 'a', 'b', 'c');
  expect(new Set(again).size).toBe(3);
  expect(Math.max(...again)).toBeLessThan(4);
  expect(index.numberOf(keyOf('b'))).toBe(again[1]);
  read(index, 1, 'd');
  expect(index.bound).toBe(4);
  expect(keys(index)).toEqual(['a', 'b', 'c', 'd'].map(keyOf));
});
