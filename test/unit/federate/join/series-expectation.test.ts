import { describe, expect, it } from 'vitest';
import { nameKey } from '../../../../src/federate/join/name-key.ts';
import { SeriesExpectation } from '../../../../src/federate/join/series-expectation.ts';
import type { FamilySeries } from '../../../../src/topology/family-series.ts';

function familiesOf(counts: Readonly<Record<string, number>>): FamilySeries {
  return {
    keys: Float64Array.from(Object.keys(counts), nameKey),
    series: Uint32Array.from(Object.values(counts)),
  };
}

/** Whether a read was found short: before each of its families, and at its end. */
function shortAt(
  expected: Readonly<Record<string, number>> | undefined,
  came: Readonly<Record<string, number>>,
): string[] {
  const expectation = new SeriesExpectation({
    families: expected && familiesOf(expected),
    maxMissingRatio: 0.1,
  });
  const short: string[] = [];
  let series = 0;
  for (const [name, count] of Object.entries(came)) {
    if (expectation.isShort(series, name)) short.push(name);
    expectation.enter(name, series);
    series = count;
  }
  if (expectation.isShort(series, undefined)) short.push('end');
  expect(expectation.wasShort).toBe(short.length > 0);
  expect(expectation.counted(series)).toEqual({ families: familiesOf(came), isShort: short.length > 0 });
  return short;
}

const thousand = { a: 10, b: 500, c: 490 };

describe('a read that is held against an earlier one', () => {
  it.each<[string, Record<string, number> | undefined, Record<string, number>, string[]]>([
    ['is not short where nothing is remembered', undefined, { a: 1 }, []],
    ['is not short where as many come', thousand, thousand, []],
    ['is not short where more come', thousand, { ...thousand, b: 900, d: 7 }, []],
    ['is short at its end where nothing comes', thousand, {}, ['end']],
    ['is short before the first family that comes late', thousand, { c: 490 }, ['c', 'end']],
    ['is short after a family that lacks too many', thousand, { a: 10, b: 440, c: 490 }, ['c']],
    ['is not short within the ratio', thousand, { a: 10, b: 450, c: 445 }, []],
    ['is not short for a few series, although all of a part is missing', thousand, { b: 500, c: 490 }, []],
    ['is short at its end where the last families are missing', thousand, { a: 10, b: 500 }, ['end']],
    ['takes new series for no others', thousand, { a: 10, aa: 5000, b: 100, c: 5000 }, ['c', 'end']],
    ['looks at what a new family hides only behind it', thousand, { a: 10, bb: 1, c: 490 }, ['c', 'end']],
  ])('%s', (_, expected, came, short) => {
    expect(shortAt(expected, came)).toEqual(short);
  });
});
