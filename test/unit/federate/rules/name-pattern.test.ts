import { expect, it } from 'vitest';
import { coversName, toNameSelector } from '../../../../src/federate/rules/name-pattern.ts';

it.each([
  [{ pattern: 'slave:(.+)', literal: undefined }, '{__name__=~"slave:(.+)"}'],
  [{ pattern: 'a\\.b"c', literal: undefined }, '{__name__=~"a\\\\.b\\"c"}'],
  [{ pattern: 'my\\.metric', literal: 'my.metric' }, '{__name__="my.metric"}'],
])('%j is selected by %s', (names, selector) => {
  expect(toNameSelector(names)).toBe(selector);
});

it('covers whole names only', () => {
  const covers = coversName({ pattern: 'job:.*', literal: undefined });
  expect(['job:x', 'job:', 'job:a\nb', 'xjob:x', 'job'].map(covers)).toEqual([true, true, true, false, false]);
  const coversOne = coversName({ pattern: 'a\\.b', literal: 'a.b' });
  expect(['a.b', 'axb', 'a.bc'].map(coversOne)).toEqual([true, false, false]);
});
