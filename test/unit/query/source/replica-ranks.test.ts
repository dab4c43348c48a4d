import { expect, it } from 'vitest';
import { ReplicaRanks } from '../../../../src/query/source/replica-ranks.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name }));

it('keeps the order, and never avoids the last replica', () => {
  const ranks = new ReplicaRanks([b!, a!, c!], [a!]);
  expect([ranks.replicas, ranks.spare]).toEqual([[b, c], [a]]);
  expect(['unknown', 'a', 'b', 'b', 'c'].map((name) => ranks.avoid(name))).toEqual([false, false, true, false, true]);
  expect([ranks.replicas, ranks.spare]).toEqual([[c], [b, a]]);
});
