import { expect, it } from 'vitest';
import { createCoverageTally } from '../../../../src/federate/rules/coverage-tally.ts';

it('keeps the least ratio per rule and record, and counts shards per rule', () => {
  const tally = createCoverageTally(['s0', 's1']);
  const both = { expected: [0, 1], contributed: [0, 1], usable: [] };
  const one = { expected: [0, 1], contributed: [1], usable: [] };
  tally.counter({ rule: 1, record: 'b' })(both, 'complete');
  tally.counter({ rule: 1, record: 'a' })(one, 'withheld');
  tally.counter({ rule: 1, record: 'a' })(both, 'complete');
  tally.counter({ rule: 0, record: 'b' })(one, 'held');
  tally.counter({ rule: 0, record: 'b' })(one, 'partial');
  tally.counter({ rule: 2, record: 'without groups' });
  expect(tally.records()).toEqual([
    { rule: 1, record: 'a', ratio: 0.5, groups: 2, withheld: 1, held: 0, partial: 0 },
    { rule: 0, record: 'b', ratio: 0.5, groups: 2, withheld: 0, held: 1, partial: 1 },
    { rule: 1, record: 'b', ratio: 1, groups: 1, withheld: 0, held: 0, partial: 0 },
  ]);
  expect(tally.shards()).toEqual([
    { rule: 0, shard: 's0', expected: 2, contributed: 0 },
    { rule: 0, shard: 's1', expected: 2, contributed: 2 },
    { rule: 1, shard: 's0', expected: 3, contributed: 2 },
    { rule: 1, shard: 's1', expected: 3, contributed: 3 },
  ]);
});
