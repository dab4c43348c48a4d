import { describe, expect, it } from 'vitest';
import { compareLines, decodeKey, decodeMetricName } from '../../../../src/federate/join/compare-lines.ts';
import { runsOf, sampleLine } from './join-fixture.ts';

/** Ascending as Prometheus orders label sets: name, then pairs, by the bytes of what they stand for, the shorter first. */
const ordered = [
  '{" m"} 1',
  'a 1',
  'a{"!x"="1"} 1',
  'a{"=x"="1"} 1',
  'a{a="!"} 1',
  'a{a="1"} 1',
  'a{a="10"} 1',
  'a{a="10",b="1"} 1',
  'a{a="10",ba="1"} 1',
  'a{a="2"} 1',
  'a{a="="} 1',
  'a{a="x"} 1',
  'a{a="x",b="1"} 1',
  'a{a="x\\n"} 1',
  'a{a="x "} 1',
  'a{a="x!"} 1',
  'a{a="x\\""} 1',
  'a{a="x\\"y"} 1',
  'a{a="x,"} 1',
  'a{a="x\\\\"} 1',
  'a{a="x\\\\n"} 1',
  'a{a="x{"} 1',
  'a{a="é"} 1',
  'a{a="\u{ffff}"} 1',
  'a{a="\u{1f600}"} 1',
  'a{"a.b"="0"} 1',
  'a{a1="0"} 1',
  'a{aB="0"} 1',
  'a{ab="0"} 1',
  'a{abc="0"} 1',
  'a{b="0"} 1',
  '{"a b"} 1',
  '{"a b",x="1"} 1',
  '{"a.b"} 1',
  'a1 1',
  'a1{z="1"} 1',
  'a_ 1',
  'ab 1',
  'ab{a="0"} 1',
  'abc 1',
];

describe('compareLines', () => {
  it.each(ordered.flatMap((a, i) => ordered.slice(i).map((b) => [a, b] as const)))('%s before %s', (a, b) => {
    const expected = a === b ? 0 : -1;
    expect(Math.sign(compareLines(sampleLine(a), sampleLine(b), 0))).toBe(expected);
    expect(Math.sign(compareLines(sampleLine(b), sampleLine(a), 0))).toBe(expected === 0 ? 0 : 1);
  });

  it('may be told how much is equal', () => {
    const [a, b] = [sampleLine('m{a="123456789",b="1"} 1'), sampleLine('m{a="123456789",b="2"} 1')];
    for (let equal = 0; equal <= 19; equal++) expect(Math.sign(compareLines(a, b, equal))).toBe(-1);
    expect(compareLines(a, a, a.ownEnd - a.start)).toBe(0);
  });

  it('tells equal keys with other labels behind them apart, both ways', () => {
    const runs = runsOf({ slave: '0', replica: 'a' });
    const a = sampleLine('m{a="1",instance="",replica="a",slave="0"} 1', runs);
    const b = sampleLine('m{a="1"} 1', runs);
    expect(Math.sign(compareLines(a, b, 0))).toBe(-Math.sign(compareLines(b, a, 0)));
    expect(compareLines(a, b, 0)).not.toBe(0);
  });

  it('does not see replica labels', () => {
    const a = sampleLine('m{a="1",instance="",replica="a"} 1', runsOf({ replica: 'a' }));
    const runs = runsOf({ replica: 'b' });
    expect(compareLines(a, sampleLine('m{a="1",instance="",replica="b"} 2', runs), 0)).toBe(0);
  });
});

it.each([
  ['m 1', ['m']],
  ['m{a="x",b="y"} 1', ['m', 'a', 'x', 'b', 'y']],
  ['{"my.metric",a="1","b.c"="2"} 1', ['my.metric', 'a', '1', 'b.c', '2']],
  ['{"q\\"\\\\\\n","=\\""="\\\\\\"\\n,={}"} 1', ['q"\\\n', '="', '\\"\n,={}']],
])('decodeKey of %s', (text, parts) => {
  const line = sampleLine(text);
  expect(decodeKey(line)).toEqual(parts);
  expect(decodeMetricName(line)).toBe(parts[0]);
});
