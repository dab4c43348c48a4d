import { expect, it } from 'vitest';
import { decodeLabels, decodeValue } from '../../../../src/federate/join/decode-line.ts';
import { runsOf, sampleLine } from './join-fixture.ts';

it('merges own labels and the run in name order', () => {
  const runs = runsOf({ cluster: 'x', replica: 'a', slave: '0' });
  const line = sampleLine('m{a="1",job="j",zone="é",cluster="x",instance="",replica="a",slave="0"} 1', runs);
  expect(decodeLabels(line, line.run.joined)).toEqual([
    'a',
    '1',
    'cluster',
    'x',
    'job',
    'j',
    'slave',
    '0',
    'zone',
    'é',
  ]);
  expect(decodeLabels(line, line.run.kept)).toContain('replica');
});

it('is empty without labels', () => {
  const line = sampleLine('m 1');
  expect(decodeLabels(line, line.run.joined)).toEqual([]);
});

it.each([
  ['1', 1],
  ['-0', -0],
  ['1.5e+06', 1_500_000],
  ['NaN', NaN],
  ['-Inf', -Infinity],
])('value %s', (text, value) => {
  expect(decodeValue(sampleLine(`m ${text} 1700000000000`))).toBe(value);
});
