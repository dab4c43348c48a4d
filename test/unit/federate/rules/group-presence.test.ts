import { expect, it } from 'vitest';
import type { Contribution, GroupMemory } from '../../../../src/federate/rules/contribution-memory.ts';
import { createPresenceReader } from '../../../../src/federate/rules/group-presence.ts';

const fresh: Contribution = { state: [1], timestampMs: 0, receivedAtMs: 0, fedAtMs: 0, fedIn: 1 };
const tooOld: Contribution = { ...fresh, state: [2] };

/** Per term and shard: fresh, too old, or nothing. */
const groups = (terms: string[]): GroupMemory[] =>
  terms.map((shards, i) => ({
    key: String(i),
    labels: [],
    contributions: shards.split('').map((shard) => ({ f: fresh, o: tooOld })[shard]),
  }));

const presence = (terms: string[], unknown: number[] = []): Record<string, unknown> => {
  const isUsable = (contribution: Contribution): boolean => contribution === fresh;
  const read = createPresenceReader({ shards: 3, unknown: new Set(unknown), isUsable });
  // what was read before must not show
  read(groups(['fff', 'fff']));
  const result = read(groups(terms));
  return { ...result, usable: result.usable.map((contributions) => contributions.length) };
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
