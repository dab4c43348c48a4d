import { expect, it } from 'vitest';
import { unquoteString } from '../../../../src/promql/lexer/unquote-string.ts';

it.each([
  ['""', ''],
  ["'a\"b'", 'a"b'],
  ['`a\\nb`', 'a\\nb'],
  [String.raw`"\a\b\f\n\r\t\v\\\""`, '\u0007\b\f\n\r\t\v\\"'],
  [String.raw`'\''`, "'"],
  [String.raw`"\x41\101\u0041\U00000041"`, 'AAAA'],
  [String.raw`"\xc3\xa9\303\251"`, 'éé'],
  [String.raw`"\xe2\x82\xac\xf0\x9f\x98\x80"`, '€😀'],
  [String.raw`"\u00e9\U0001F600"`, 'é😀'],
  [String.raw`"\xff"`, '\udcff'],
  [String.raw`"\xc3x\xa9"`, '\udcc3x\udca9'],
  [String.raw`"\xc3\xc3\xa9"`, '\udcc3é'],
  [String.raw`"\xef\xbb\xbf"`, '\ufeff'],
  [String.raw`"\xed\xa0\x80"`, '\udced\udca0\udc80'],
])('%s stands for %j', (token, text) => {
  expect(unquoteString(token)).toBe(text);
});
