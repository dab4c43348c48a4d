import { expect, it } from 'vitest';
import { mergeUpstreamSelectors } from '../../../../src/federate/plan/merge-upstream-selectors.ts';

it('drops repetitions and sorts', () => {
  const selectors = [
    { name: 'up', matchers: [] },
    { name: undefined, matchers: ['job="b"', 'a="1"'] },
    { name: 'up', matchers: [] },
    { name: undefined, matchers: ['a="1"', 'job="b"'] },
    { name: undefined, matchers: [] },
    { name: 'up', matchers: ['job="b"'] },
  ];
  expect(mergeUpstreamSelectors(selectors)).toEqual([
    '{__name__!=""}',
    '{__name__="up",job="b"}',
    '{__name__="up"}',
    '{a="1",job="b"}',
  ]);
});

it('puts many names together, separately for each set of other matchers', () => {
  const names = Array.from({ length: 450 }, (_, i) => `m${String(i).padStart(3, '0')}`);
  const merged = mergeUpstreamSelectors([
    ...names.map((name) => ({ name, matchers: [] })),
    ...names.slice(0, 40).map((name, i) => ({ name, matchers: i % 2 === 0 ? ['a="1"', 'b="2"'] : ['b="2"', 'a="1"'] })),
    ...names.slice(0, 31).map((name) => ({ name, matchers: ['few="x"'] })),
  ]);
  expect(merged).toHaveLength(3 + 1 + 31);
  expect(merged).toContain(`{__name__=~"${names.slice(0, 200).join('|')}"}`);
  expect(merged).toContain(`{__name__=~"${names.slice(400).join('|')}"}`);
  expect(merged).toContain(`{__name__=~"${names.slice(0, 40).join('|')}",a="1",b="2"}`);
  expect(merged).toContain('{__name__="m030",few="x"}');
});
