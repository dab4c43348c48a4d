import { expect, it } from 'vitest';
import { decodeLabelKeys, encodeLabelKeys, labelKey, parseLabelKey } from '../../../../src/federate/rules/label-key.ts';

it.each([[[]], [['job', 'api']], [['a', 'x', 'b', 'y']], [['a', 'x\0","y']], [['ö', '日本\n']]])(
  'labelKey of %j reads back',
  (labels) => {
    expect(parseLabelKey(labelKey(labels))).toEqual(labels);
  },
);

it('tells label sets apart that a plain join would not', () => {
  expect(labelKey(['a', 'x","b","y'])).not.toBe(labelKey(['a', 'x', 'b', 'y']));
  expect(labelKey(['a', 'x,b,y'])).not.toBe(labelKey(['a', 'x', 'b', 'y']));
});

it('keys survive being encoded together', () => {
  const keys = [[], ['a', 'line\nfeed'], ['b', '\u{1F600}\uD800'], ['\uFEFFc', '"\\']].map(labelKey);
  expect([...decodeLabelKeys(encodeLabelKeys(keys))]).toEqual(keys);
  expect([...decodeLabelKeys(encodeLabelKeys(['[]']))]).toEqual(['[]']);
});
