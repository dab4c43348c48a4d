import { describe, expect, it } from 'vitest';

import { FilledSeries } from '../../../src/topology/filled-series.ts';
import { entriesOf, tableOf } from './outcomes.ts';

function filledWith(...entries: readonly (readonly [number, number, number])[]): FilledSeries {
  const filled = new FilledSeries();
  filled.advanceAll(tableOf(...entries));
  return filled;
}

describe('the table of filled series', () => {
  it('tells series apart by both words', () => {
    const filled = filledWith([1, 2, 10], [1, 3, 20], [2, 2, 30]);
    expect([filled.get(1, 2), filled.get(1, 3), filled.get(2, 2), filled.get(3, 3)]).toEqual([10, 20, 30, undefined]);
    expect(filled.size).toBe(3);
  });

  it('only advances', () => {
    const filled = filledWith([1, 2, 10], [1, 2, 30], [1, 2, 20]);
    expect(entriesOf(filled.toTable())).toEqual([[1, 2, 30]]);
  });

  it('ignores what is no timestamp', () => {
    expect(filledWith([1, 2, Number.NaN], [2, 2, -Infinity]).size).toBe(0);
  });

  it.each([
    ['newer', 11, true],
    ['equal', 10, true],
    ['older', 9, false],
  ])('removes a series passed with a timestamp that is %s', (_name, timestampMs, removed) => {
    const filled = filledWith([1, 2, 10], [5, 5, 50]);
    filled.removePassed(tableOf([1, 2, timestampMs], [7, 7, 99]));
    expect(entriesOf(filled.toTable())).toEqual(
      removed
        ? [[5, 5, 50]]
        : [
            [1, 2, 10],
            [5, 5, 50],
          ],
    );
  });

  it('expires what is older', () => {
    const filled = filledWith([1, 0, 10], [2, 0, 20], [3, 0, 30]);
    filled.expire(20);
    expect(entriesOf(filled.toTable())).toEqual([
      [2, 0, 20],
      [3, 0, 30],
    ]);
  });

  it('keeps colliding and many series, through growth, removal and expiry', () => {
    const filled = new FilledSeries();
    // All belong into one slot.
    const many = Array.from({ length: 500 }, (_, i): [number, number, number] => [
      Math.imul(i, 0x9e3779b1) >>> 0,
      i,
      i + 1,
    ]);
    filled.advanceAll(tableOf(...many));
    filled.removePassed(tableOf(...many.filter(([, high]) => high % 2 === 0)));
    filled.expire(101);
    const kept = many.filter(([, high, timestampMs]) => high % 2 === 1 && timestampMs >= 101);
    expect(filled.size).toBe(kept.length);
    for (const [low, high, timestampMs] of many) {
      expect(filled.get(low, high)).toBe(high % 2 === 1 && timestampMs >= 101 ? timestampMs : undefined);
    }
  });

  it('gives out copies', () => {
    const filled = filledWith([1, 2, 10]);
    filled.toTable().timestampsMs[0] = 99;
    expect(filled.get(1, 2)).toBe(10);
  });

  it('can be cleared', () => {
    const filled = filledWith([1, 2, 10]);
    filled.clear();
    expect(filled.size).toBe(0);
    expect(filled.get(1, 2)).toBeUndefined();
  });
});
