import { expect, it } from 'vitest';
import type { PartialAggregates, Refusal } from '../../../../src/federate/rules/partial-aggregates.ts';
import { createRefusalLog } from '../../../../src/federate/rules/refusal-log.ts';

const partial = (refusals: Refusal[]): PartialAggregates => ({
  streams: [],
  ratios: [],
  refusals,
  unweighted: 0,
  badBuckets: 0,
});
const refusal = (name: string, rule = 0): Refusal => ({ rule, name, reason: 'because' });

it('reports a name once per rule, sorted, and counts names', () => {
  const log = createRefusalLog();
  expect(log.report([partial([refusal('b'), refusal('a')]), partial([refusal('a'), refusal('a', 1)])])).toEqual({
    refusedNames: 2,
    newRefusals: [refusal('a'), refusal('a', 1), refusal('b')],
  });
  expect(log.report([partial([refusal('a'), refusal('c')])])).toEqual({
    refusedNames: 2,
    newRefusals: [refusal('c')],
  });
});

it('stops reporting, not counting, after very many names', () => {
  const log = createRefusalLog();
  const many = Array.from({ length: 10_001 }, (_, i) => refusal(`name ${i}`));
  expect(log.report([partial(many)]).newRefusals).toHaveLength(10_000);
  expect(log.report([partial([refusal('another')])])).toEqual({ refusedNames: 1, newRefusals: [] });
});
