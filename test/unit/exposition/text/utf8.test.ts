import { isUtf8 as nodeIsUtf8 } from 'node:buffer';
import { expect, it } from 'vitest';
import { isUtf8 } from '../../../../src/exposition/text/utf8.ts';

it.each<[what: string, text: string, valid: boolean]>([
  ['ASCII', 'abc\0\x7f', true],
  ['two bytes', '\xc2\x80\xdf\xbf', true],
  ['three bytes', '\xe0\xa0\x80\xef\xbf\xbf', true],
  ['four bytes', '\xf0\x90\x80\x80\xf4\x8f\xbf\xbf', true],
  ['before the surrogates', '\xed\x9f\xbf', true],
  ['a surrogate', '\xed\xa0\x80', false],
  ['overlong in two', '\xc1\xbf', false],
  ['overlong in three', '\xe0\x9f\xbf', false],
  ['overlong in four', '\xf0\x8f\xbf\xbf', false],
  ['above the last code point', '\xf4\x90\x80\x80', false],
  ['a continuation alone', '\x80', false],
  ['a sequence cut short', 'a\xe2\x82', false],
  ['a lead byte that is none', '\xff', false],
  ['a wrong third byte', '\xe2\x82\x28', false],
])('%s', (_, text, valid) => {
  const bytes = Buffer.from(text, 'latin1');
  expect(isUtf8(bytes, 0, bytes.length)).toBe(valid);
});

it('looks at its range alone', () => {
  expect(isUtf8(Buffer.from('\xffab\xff', 'latin1'), 1, 3)).toBe(true);
});

it('agrees with Node on every sequence of two bytes, and on many of four', () => {
  const bytes = Buffer.alloc(4);
  for (let i = 0; i < 65_536; i++) {
    bytes.writeUInt16BE(i, 0);
    bytes.writeUInt16BE((i * 40_503) & 0xffff, 2);
    expect(isUtf8(bytes, 0, 2)).toBe(nodeIsUtf8(bytes.subarray(0, 2)));
    expect(isUtf8(bytes, 0, 4)).toBe(nodeIsUtf8(bytes));
  }
});
