import { expect, it } from 'vitest';
import {
  expandSelector,
  formatUpstreamSelector,
  maxBranches,
  toUpstreamSelector,
} from '../../../../src/federate/plan/upstream-selector.ts';
import { parseSelector } from '../../../../src/promql/selector/parse-selector.ts';

function label(name: string, value: string): { name: string; value: string; owned: boolean } {
  return { name, value, owned: false };
}

function expand(text: string, ...labels: ReturnType<typeof label>[]): string[] {
  return expandSelector(parseSelector(text), labels).selectors.map((selector) => formatUpstreamSelector(selector));
}

it.each([
  ['up', '{__name__="up"}'],
  ['up{job="a"}', '{__name__="up",job="a"}'],
  ['{__name__=~"u.*"}', '{__name__=~"u.*"}'],
  ['{"my.metric"}', '{__name__="my.metric"}'],
  ['up{__name__="x"}', '{__name__="up",__name__="x"}'],
])('writes %s as %s', (text, upstream) => {
  expect(formatUpstreamSelector(toUpstreamSelector(parseSelector(text).matchers))).toBe(upstream);
});

it('makes the product of the alternatives of all labels', () => {
  expect(expand('up{slave="0",region=~"eu|us",job="x"}', label('slave', '0'), label('region', 'eu'))).toEqual([
    '{__name__="up",job="x",region="",slave=""}',
    '{__name__="up",job="x",region=~"eu|us",slave=""}',
    '{__name__="up",job="x",region="",slave="0"}',
    '{__name__="up",job="x",region=~"eu|us",slave="0"}',
  ]);
});

it('asks for nothing when one label cannot match', () => {
  expect(expand('up{slave="0",region=""}', label('slave', '0'), label('region', 'eu'))).toEqual([]);
});

it('asks for every series where no matcher is left', () => {
  expect(expand('{slave!=""}', label('slave', '0'))).toEqual(['{__name__!=""}']);
});

it('leaves out the labels above the bound and says so', () => {
  const labels = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => label(name, '0'));
  const text = `up{${labels.map(({ name }) => `${name}=~"0|1"`).join(',')}}`;
  const five = expandSelector(parseSelector(text.replace(',f=~"0|1"', '')), labels);
  expect(five.exact).toBe(true);
  expect(five.selectors).toHaveLength(maxBranches);
  const six = expandSelector(parseSelector(text), labels);
  expect(six.exact).toBe(false);
  expect(six.selectors).toEqual(five.selectors);
  const impossible = expandSelector(parseSelector(text.replace('}', ',g="1",g="2"}')), [...labels, label('g', '0')]);
  expect(impossible).toEqual({ selectors: [], exact: true });
});
