import { describe, expect, it } from 'vitest';
import { labelKey, parseLabelKey } from '../../../../src/federate/rules/label-key.ts';

describe('labelKey', () => {
  it.each([
    [[], ''],
    [['job', 'api'], 'job\0api'],
    [['a', 'x', 'b', 'y'], 'a\0x\0b\0y'],
    [['a', 'x\0y'], 'a\0x\u0001ay'],
    [['a', '\u0001'], 'a\0\u0001b'],
    [['a', '\u0001a\0b'], 'a\0\u0001ba\u0001ab'],
    [['ö', '日本'], 'ö\0日本'],
  ])('of %j is %j, and back', (labels, key) => {
    expect(labelKey(labels)).toBe(key);
    expect(parseLabelKey(key)).toEqual(labels);
  });

  it('tells label sets apart that a plain join would not', () => {
    expect(labelKey(['a', 'x\0b\0y'])).not.toBe(labelKey(['a', 'x', 'b', 'y']));
    expect(labelKey(['a', '\0'])).not.toBe(labelKey(['a', '\u0001a']));
  });
});
