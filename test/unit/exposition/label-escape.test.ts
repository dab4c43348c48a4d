import { expect, it } from 'vitest';
import { escapeLabelValue } from '../../../src/exposition/label-escape.ts';

it.each([
  ['plain', 'plain'],
  ['', ''],
  ['a"b', 'a\\"b'],
  ['a\\b', 'a\\\\b'],
  ['a\nb', 'a\\nb'],
  ['\\n', '\\\\n'],
  ['\\"\n', '\\\\\\"\\n'],
  ['tab\tcr\rnul\u0000é😀', 'tab\tcr\rnul\u0000é😀'],
])('escapes %j', (value, escaped) => {
  expect(escapeLabelValue(value)).toBe(escaped);
});
