import { expect, it } from 'vitest';
import { labelKey, parseLabelKey } from '../../../../src/federate/rules/label-key.ts';

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
