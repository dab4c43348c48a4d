import { expect, it } from 'vitest';
import { includesMetric, isComposite } from '../../../../src/federate/join/family-head.ts';

it.each([
  ['untyped', 'h', true],
  ['untyped', 'h_sum', false],
  ['counter', 'h_count', false],
  ['histogram', 'h', true],
  ['histogram', 'h_bucket', true],
  ['histogram', 'h_sum', true],
  ['summary', 'h_count', true],
  ['summary', 'h_total', false],
  ['histogram', 'hh_sum', false],
  ['histogram', 'g_sum', false],
])('a family h of type %s includes %s: %s', (type, metric, includes) => {
  expect(includesMetric({ name: 'h', type }, metric)).toBe(includes);
});

it.each([
  ['untyped', false],
  ['gauge', false],
  ['histogram', true],
  ['summary', true],
])('%s is composite: %s', (type, composite) => {
  expect(isComposite({ name: 'h', type })).toBe(composite);
});
