import { expect, it } from 'vitest';
import { createShardSeats } from '../../../../src/federate/rules/shard-seats.ts';

it('gives a shard the same seat as long as it stays', () => {
  const seats = createShardSeats();
  expect(seats.claim(['a', 'b'])).toMatchObject({ seats: [0, 1], taken: [0, 1] });
  expect(seats.claim(['b', 'c'])).toMatchObject({ seats: [1, 2], taken: [2] });
});

it('gives a seat to another shard only when no claim has it any more', () => {
  const seats = createShardSeats();
  const first = seats.claim(['a', 'b']);
  const second = seats.claim(['b']);
  expect(seats.claim(['b', 'c'])).toMatchObject({ seats: [1, 2], taken: [2] });
  second.release();
  first.release();
  expect(seats.claim(['b', 'c', 'd'])).toMatchObject({ seats: [1, 2, 0], taken: [0] });
});

it('does not give a shard that comes back what it left', () => {
  const seats = createShardSeats();
  seats.claim(['a']);
  seats.claim([]);
  expect(seats.claim(['a'])).toMatchObject({ seats: [1], taken: [1] });
});
