import { expect, it } from 'vitest';
import { goQuote, goQuoteCharacter, goUnicode } from '../../../../src/promql/lexer/go-quote.ts';

it.each([
  ['a', '"a"'],
  ['"\'\\', String.raw`"\"'\\"`],
  ['\n\t\r\u0000\u007f', String.raw`"\n\t\r\x00\x7f"`],
  ['\u00a0\u200b\u{e0001}', String.raw`"\u00a0\u200b\U000e0001"`],
  ['é😀', '"é😀"'],
])('quotes %j', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});

it.each([
  [0x61, "'a'"],
  [0x27, String.raw`'\''`],
  [0x22, `'"'`],
  [-1, "'\ufffd'"],
])('quotes character %d', (codePoint, quoted) => {
  expect(goQuoteCharacter(codePoint)).toBe(quoted);
});

it.each([
  [0x71, "U+0071 'q'"],
  [0x1f600, "U+1F600 '😀'"],
  [0x07, 'U+0007'],
])('names %d', (codePoint, text) => {
  expect(goUnicode(codePoint)).toBe(text);
});
