import { expect, it } from 'vitest';
import { createMatcher, type MatchOperator } from '../../../../src/model/matcher.ts';
import { formatSelector } from '../../../../src/promql/selector/format-selector.ts';

type Parts = readonly [name: string, operator: MatchOperator, value: string];

it.each<[matchers: readonly Parts[], text: string]>([
  [[], '{}'],
  [[['__name__', '=', 'up']], '{__name__="up"}'],
  [
    [
      ['job', '=~', 'a|b'],
      ['A', '!=', ''],
      ['__name__', '=', 'up'],
    ],
    '{__name__="up",A!="",job=~"a|b"}',
  ],
  [
    [
      ['a', '=', 'x'],
      ['a', '=', 'x'],
      ['a', '!~', 'y'],
    ],
    '{a!~"y",a="x"}',
  ],
  [[['__name__', '=', 'my.metric']], '{__name__="my.metric"}'],
  [[['my.label', '=', 'x']], '{"my.label"="x"}'],
  [[['a:b', '=', 'x']], '{"a:b"="x"}'],
  [[['a"\\\n', '=', '']], String.raw`{"a\"\\\n"=""}`],
  [[['a', '=', '"\\\n\r\t\u0000é😀']], '{a="\\"\\\\\\n\r\t\u0000é😀"}'],
  [[['a', '=~', '\\d+']], String.raw`{a=~"\\d+"}`],
  [[['a', '=', '\ufffd\udcff']], String.raw`{a="\ufffd\xff"}`],
])('writes %j as %s', (matchers, text) => {
  expect(formatSelector({ matchers: matchers.map((parts) => createMatcher(...parts)) })).toBe(text);
});
