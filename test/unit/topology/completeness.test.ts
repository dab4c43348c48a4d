import { expect, it } from 'vitest';
import { createCompleteness } from '../../../src/topology/completeness.ts';
import { replicaOutcome } from './outcomes.ts';

it('weighs reads by their series, and recent ones more', () => {
  const completeness = createCompleteness(100);
  completeness.observe([replicaOutcome({ series: 60, missing: 40 }), replicaOutcome({ series: 100 })], 0);
  completeness.observe([replicaOutcome({ series: 0, missing: 1 })], 0);
  expect(completeness.missingShare(0)).toBeCloseTo(41 / 101);
  completeness.observe([replicaOutcome({ series: 101 })], 100);
  expect(completeness.missingShare(0)).toBeCloseTo(20.5 / 151.5);
  expect([completeness.missingShare(1), completeness.missingShare(2)]).toEqual([0, 0]);
});

it('forgets a replica that failed, and lets one alone that was not read', () => {
  const completeness = createCompleteness(100);
  completeness.observe([replicaOutcome({ missing: 500 })], 0);
  completeness.observe([replicaOutcome({ result: 'unused', series: 0 })], 0);
  completeness.observe([replicaOutcome({ result: 'dropped', series: 7, missing: 7 })], 0);
  expect(completeness.missingShare(0)).toBeCloseTo(1 / 3);
  completeness.observe([replicaOutcome({ result: 'failed' })], 0);
  expect(completeness.missingShare(0)).toBe(0);
});

it('knows the widest of the last requests', () => {
  const completeness = createCompleteness(100);
  expect(completeness.widest(0)).toBe(0);
  completeness.observe([replicaOutcome({ series: 90, missing: 10 })], 0);
  completeness.observe([replicaOutcome({ series: 10 })], 0);
  expect([completeness.widest(0), completeness.widest(100)]).toEqual([100, 50]);
  completeness.observe([replicaOutcome({ series: 60 })], 100);
  expect(completeness.widest(100)).toBe(60);
});
