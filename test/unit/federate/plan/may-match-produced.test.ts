import { expect, it } from 'vitest';
import { mayMatchProduced } from '../../../../src/federate/plan/may-match-produced.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';

const produced = {
  mayProduce: (name: string): boolean => name.startsWith('job:') || name === 'all:total',
  records: ['job:$1', 'all:total'],
};

it.each([
  ['job:http:rate5m', true],
  ['all:total', true],
  ['up', false],
  ['job:x{job="api"}', true],
  ['{__name__="job:x",__name__!~"job:.*"}', false],
  ['{__name__=~"job:.*"}', true],
  ['{__name__=~"^job:.*"}', true],
  ['{__name__=~"j.*"}', true],
  ['{__name__=~"job:http.*"}', true],
  ['{__name__=~"slave:.*"}', false],
  ['{__name__=~"up|node_.*"}', false],
  ['{__name__=~"up|all:.*"}', true],
  ['{__name__=~".*:.*"}', true],
  ['{__name__=~"(job|x):.*"}', true],
  ['{__name__!=""}', true],
  ['{__name__!~"job:.*"}', true],
  ['{__name__!~"job:.*",__name__!~"all:.*",__name__=~"slave:.*"}', false],
  ['{job="api"}', true],
  ['{job=~".*"}', true],
  ['{}', false],
])('%s: %s', (text, expected) => {
  expect(mayMatchProduced(parseSelector(text), produced)).toBe(expected);
});

it('of a record without references takes only selectors that accept it', () => {
  const only = { mayProduce: (name: string): boolean => name === 'all:total', records: ['all:total'] };
  expect(mayMatchProduced(parseSelector('{__name__!~"all:.*"}'), only)).toBe(false);
  expect(mayMatchProduced(parseSelector('{__name__=~"all:[a-z]+"}'), only)).toBe(true);
});
