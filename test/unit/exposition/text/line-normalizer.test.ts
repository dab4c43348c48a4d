import { expect, it } from 'vitest';
import { LineNormalizer } from '../../../../src/exposition/text/line-normalizer.ts';

function normalize(text: string): string | undefined {
  const bytes = Buffer.from(`.${text}`);
  const normalizer = new LineNormalizer();
  if (!normalizer.normalize(bytes, 1, bytes.length)) return undefined;
  expect(normalizer.next).toBe(bytes.length);
  const { bytes: line } = normalizer.draft;
  return Buffer.from(line.subarray(0, line.indexOf(0x0a) + 1)).toString();
}

it.each([
  ['m 1\n', 'm 1\n'],
  ['m{} 1\n', 'm 1\n'],
  ['m\t \t1  2 \n', 'm 1 2\n'],
  ['m{a="x"} 1\n', 'm{a="x"} 1\n'],
  ['m { a = "x" , b\t="y" , } 1 2\n', 'm{a="x",b="y"} 1 2\n'],
  ['m{a="x"b="y"}1\n', 'm{a="x",b="y"} 1\n'],
  ['m{"a"="x","b.c"="y"} 1\n', 'm{a="x","b.c"="y"} 1\n'],
  ['{"m","a"="x"} 1\n', 'm{a="x"} 1\n'],
  ['{"m"} 1\n', 'm 1\n'],
  ['{"a:b",} 1\n', 'a:b 1\n'],
  ['{ "my.metric" , "a"="x"} 1\n', '{"my.metric",a="x"} 1\n'],
  ['{"my.metric"} 1\n', '{"my.metric"} 1\n'],
  // what it only copies
  ['m{b="y",a="x"} abc def\n', 'm{b="y",a="x"} abc def\n'],
  ['m{a="\\\\\\"\\n é \0"} 1\n', 'm{a="\\\\\\"\\n é \0"} 1\n'],
])('writes %j as %j', (text, normal) => {
  expect(normalize(text)).toBe(normal);
});

it.each([
  '\n',
  ' m 1\n',
  '# TYPE m untyped\n',
  'm\n',
  'm{a="x"}\n',
  'm 1 2 3\n',
  'm{,} 1\n',
  'm{a="x",,b="y"} 1\n',
  'm{a="x",,} 1\n',
  'm{a=""} 1\n',
  'm{a="\\x"} 1\n',
  'm{a="x\ny"} 1\n',
  'm{a="x\n',
  'm{a=x} 1\n',
  'm{a} 1\n',
  'm{a,} 1\n',
  'm{a:b="x"} 1\n',
  'm{"q\\"q"="x"} 1\n',
  'm{"m"} 1\n',
  '{"m" a="x"} 1\n',
  '{"m","n"} 1\n',
  '{a="x","m"} 1\n',
  '{a="x"} 1\n',
  '{} 1\n',
  '{""} 1\n',
  '9m 1\n',
  '"m" 1\n',
])('leaves %j to the parser', (text) => {
  expect(normalize(text)).toBeUndefined();
});

it('keeps a line while others are tried', () => {
  const normalizer = new LineNormalizer();
  const bytes = Buffer.from('a{}1\nb{}2\n');
  normalizer.normalize(bytes, 0, 5);
  const first = normalizer.draft.bytes;
  normalizer.keep();
  normalizer.normalize(bytes, 5, 10);
  normalizer.normalize(bytes, 5, 10);
  expect(Buffer.from(first.subarray(0, 4)).toString()).toBe('a 1\n');
});
