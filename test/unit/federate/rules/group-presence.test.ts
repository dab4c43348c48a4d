import { expect, it } from 'vitest';
import { createPresenceReader, type GroupTerm } from '../../../../src/federate/rules/group-presence.ts';

const [fresh, tooOld, none] = [0, 1, -1];

/** Per term and shard: fresh, too old, or nothing. */
const groups = (terms: string[]): GroupTerm[] =>
  terms.map((shards) => ({
    slotOf: (shard) => ({ f: fresh, o: tooOld })[shards[shard] ?? ''] ?? none,
    isUsable: (slot) => slot === fresh,
  }));

const presence = (terms: string[], unknown: number[] = []): Record<string, unknown> => {
  const read = createPresenceReader({ shards: 3, unknown: new Set(unknown) });
  // what was read before must not show
  read(groups(['fff', 'fff']));
  const result = read(groups(terms));
  return { ...result, usable: result.usable.map((slots) => slots.length) };
};

it.each([
  [['fff'], [], [0, 1, 2], [0, 1, 2], [3]],
  [['f-f'], [], [0, 2], [0, 2], [2]],
  [['fo-'], [], [0, 1], [0], [1]],
  [['f--'], [2], [0, 2], [0], [1]],
  [['f-f'], [2], [0, 2], [0, 2], [2]],
  [['f-o'], [2], [0, 2], [0], [1]],
  [['o'], [], [0], [], [0]],
  [['f--', 'ff-'], [], [0, 1], [0, 1], [1, 2]],
  [['f--', 'of-'], [], [0, 1], [1], [1, 1]],
  [['ff-', 'f--'], [1], [0, 1], [0], [2, 1]],
])('%j with unknown shards %j', (terms, unknown, ...rest) => {
  const [expected, contributed, usable] = rest;
  expect(presence(terms, unknown)).toEqual({ expected, contributed, usable });
});
