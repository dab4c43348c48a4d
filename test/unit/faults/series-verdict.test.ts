import { describe, expect, it } from 'vitest';
import { counterResets, judgeJobLevel, longestPassedGap } from '../../faults/series-verdict.ts';
import type { RawSample } from '../../servers/exposition/raw-samples.ts';

/** A sample each second from `second` on; undefined: none. */
function samples(values: readonly (number | undefined)[], second = 0): RawSample[] {
  return values.flatMap((value, i) => (value === undefined ? [] : [{ timestampMs: (second + i) * 1000, value }]));
}
const none = undefined;
const counter = '["node_cpu_seconds_total","job","node"]';
const up = '["job:up:sum","job","api"]';
const rate = '["job:http_requests:rate10s","job","api"]';

describe('counterResets', () => {
  it('tells of a counter that falls, and of no other series', () => {
    const stored = new Map([
      [counter, samples([1, 2, 1])],
      ['["node_load1"]', samples([2, 1])],
      ['["http_requests_total"]', samples([1, 1, 2])],
    ]);
    expect(counterResets(stored)).toEqual([counter]);
  });
});

describe('longestPassedGap', () => {
  const scrapes = samples([1, 1, 1, 1, 1, 1]);
  const whole = samples([1, 2, 3, 4, 5, 6]);
  it.each<[string, readonly (number | undefined)[], number]>([
    ['no gap', [1, 2, 3, 4, 5, 6], 1],
    ['one sample missing', [1, 2, none, 4, 5, 6], 2],
    ['three samples missing', [1, none, none, none, 5, 6], 4],
    ['a series that ended', [1, 2, none, none, none, none], 4],
    ['a series that never came', [none, none, none, none, none, none], 5],
  ])('%s', (_, passed, intervals) => {
    const gap = longestPassedGap(new Map([[counter, samples(passed)]]), new Map([[counter, whole]]), scrapes);
    expect(gap).toEqual({ key: counter, intervals, sibling: 1 });
  });

  it('prefers the one that the sibling does not have as well', () => {
    const holes = samples([1, none, none, none, 5, 6]);
    const stored = new Map([
      ['["a"]', holes],
      ['["b"]', samples([1, 2, none, none, 5, 6])],
    ]);
    const sibling = new Map([
      ['["a"]', holes],
      ['["b"]', whole],
    ]);
    expect(longestPassedGap(stored, sibling, scrapes)).toEqual({ key: '["b"]', intervals: 3, sibling: 1 });
  });
});

describe('judgeJobLevel', () => {
  const scrapes = samples([1, 1, 1, 1], 10);
  const judge = (key: string, calm: readonly number[], values: readonly (number | undefined)[]) =>
    judgeJobLevel(new Map([[key, samples(values, 10)]]), new Map([[key, samples(calm)]]), scrapes);

  it('finds nothing wrong with what stays', () => {
    expect(judge(up, [5, 5], [5, 5, 5, 5])).toEqual({ longestGap: 1, withheld: [], tooLow: [], series: 1 });
  });
  it('tells of scrapes without a value', () => {
    expect(judge(up, [5, 5], [5, none, none, 5])).toMatchObject({ longestGap: 3, withheld: [`${up} in 2 scrapes`] });
    expect(judge(up, [5, 5], [])).toMatchObject({ withheld: [`${up} in 4 scrapes`] });
  });
  it('tells of a part that is missing in a sum', () => {
    expect(judge(up, [5, 5], [5, 4, 5, 5]).tooLow).toEqual([`${up}: 4 instead of 5`]);
    expect(judge(rate, [100, 101, 99], [100, 80, 50, 100]).tooLow).toEqual([`${rate}: 50 instead of about 100`]);
    expect(judge(rate, [100, 101, 99], [100, 80, 90, 100]).tooLow).toEqual([]);
  });
  it('leaves out the target that comes and goes', () => {
    expect(judge('["job:up:sum","job","skewed"]', [1, 1], [0, 0, 0, 0])).toMatchObject({ series: 0, tooLow: [] });
  });
});
