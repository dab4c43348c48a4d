import { expect, it } from 'vitest';
import { ExternalRuns, RunNames } from '../../../../src/exposition/text/external-run.ts';
import { WatchedLabels } from '../../../../src/exposition/text/watched-labels.ts';

const names = new RunNames({
  externalLabels: [{ slave: '0', replica: 'a' }],
  replicaLabels: ['replica'],
  attachedLabels: { region: 'eu' },
  shardLabels: {},
});
const watched = new WatchedLabels(new ExternalRuns(names, { slave: '0', replica: 'a' }));

it.each(['instance', 'region', 'replica', 'slave'])('%s has the bit of its place', (name) => {
  expect(watched.bitOf(Buffer.from(`x${name}="`), 1, 1 + name.length)).toBe(names.maskOf([name]));
  expect(names.maskOf([name])).toBeGreaterThan(0);
});

it.each(['job', 'inst', 'instances', 'r', 'slavE'])('%s has none', (name) => {
  expect(watched.bitOf(Buffer.from(name), 0, name.length)).toBe(0);
});

it('refuses the metric name as a label', () => {
  expect(watched.bitOf(Buffer.from('__name__'), 0, 8)).toBe(-1);
});

it.each([
  ['slave="0"', true],
  ['region="eu"', true],
  ['slave="00"', false],
  ['slave="1"', false],
  ['replica="a"', true],
  ['replica="b"', false],
  ['instance=""', false],
])('%s is external: %s', (pair, isExternal) => {
  expect(watched.isExternal(Buffer.from(pair), 0, pair.length)).toBe(isExternal);
});
