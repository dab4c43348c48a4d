import { describe, expect, it } from 'vitest';

import { createGivenPast } from '../../../src/topology/given-past.ts';
import type { FilledTable } from '../../../src/topology/shard-view.ts';
import { entriesOf, tableOf } from './outcomes.ts';

const lookbackMs = 100;
const gave = (newestGivenMs: number, tables: { families?: FilledTable; ahead?: FilledTable } = {}) => ({
  newestGivenMs,
  families: tableOf(),
  ahead: tableOf(),
  ...tables,
});

describe('the past that was given out', () => {
  it('is empty at first', () => {
    const view = createGivenPast(lookbackMs, 2).view(0);
    expect(view).toMatchObject({ watermarkMs: -Infinity, newestGivenMs: -Infinity });
    expect(entriesOf(view.filled)).toEqual([]);
  });

  it('freezes the newest timestamp given out', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(gave(50), 50);
    past.gave(gave(40), 40);
    past.gave(gave(-Infinity), 50);
    expect(past.view(50)).toMatchObject({ watermarkMs: -Infinity, newestGivenMs: 50 });
    past.freeze();
    past.gave(gave(70), 70);
    expect(past.view(70)).toMatchObject({ watermarkMs: 50, newestGivenMs: 70 });
  });

  it.each([
    [150, 50],
    [151, -Infinity],
  ])('lets the watermark run out after the lookback: at %d it is %d', (nowMs, watermarkMs) => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(gave(50), 50);
    past.freeze();
    expect(past.view(nowMs).watermarkMs).toBe(watermarkMs);
    expect(past.watermarkMs(nowMs)).toBe(watermarkMs);
  });

  it('freezes what came out late as well, and never lowers the watermark', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(gave(50), 50);
    past.freeze();
    past.freezeLate(gave(60));
    past.freezeLate(gave(55));
    past.freezeLate(gave(-Infinity));
    expect(past.watermarkMs(60)).toBe(60);
  });

  it('holds filled series until they are passed or too old', () => {
    const past = createGivenPast(lookbackMs, 3);
    expect(past.merge({ filled: tableOf([1, 0, 10], [2, 0, 20], [3, 0, 30]), passed: tableOf() })).toBe(true);
    expect(past.merge({ filled: tableOf([2, 0, 25]), passed: tableOf([3, 0, 31]) })).toBe(true);
    expect(entriesOf(past.view(110).filled)).toEqual([
      [1, 0, 10],
      [2, 0, 25],
    ]);
    expect(entriesOf(past.view(111).filled)).toEqual([[2, 0, 25]]);
    past.freeze();
    expect(past.filledSeries).toBe(0);
  });

  it('says when the table ran over', () => {
    const past = createGivenPast(lookbackMs, 2);
    expect(past.merge({ filled: tableOf([1, 0, 10], [2, 0, 20]), passed: tableOf() })).toBe(true);
    expect(past.merge({ filled: tableOf([3, 0, 10]), passed: tableOf([1, 0, 10]) })).toBe(true);
    expect(past.merge({ filled: tableOf([4, 0, 10]), passed: tableOf() })).toBe(false);
  });

  it('holds what was ahead of the clock for the lookback from when it was given, and not longer', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(gave(500), 50);
    past.freeze();
    expect(past.watermarkMs(150)).toBe(500);
    expect(past.watermarkMs(151)).toBe(-Infinity);
  });

  it('freezes each family at its own newest timestamp, and lets go of all with the watermark', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(gave(50, { families: tableOf([1, 0, 50], [2, 0, 20]) }), 50);
    past.gave(gave(40, { families: tableOf([1, 0, 40]) }), 51);
    expect(entriesOf(past.view(51).frozenFamilies)).toEqual([]);
    past.freeze();
    past.gave(gave(70, { families: tableOf([2, 0, 70]) }), 70);
    const view = past.view(70);
    expect(entriesOf(view.frozenFamilies)).toEqual([
      [1, 0, 50],
      [2, 0, 20],
    ]);
    expect(entriesOf(view.givenFamilies)).toEqual([
      [1, 0, 50],
      [2, 0, 70],
    ]);
    past.gave(gave(60, { families: tableOf([2, 0, 60]) }), 71);
    past.freezeLate(gave(60, { families: tableOf([2, 0, 60]) }));
    expect(entriesOf(past.view(71).frozenFamilies)).toContainEqual([2, 0, 60]);
    expect(entriesOf(past.view(172).frozenFamilies)).toEqual([]);
  });

  it('has one watermark for a shard with too many families, from then on', () => {
    const past = createGivenPast(lookbackMs, 2);
    const many = tableOf(...Array.from({ length: 16_385 }, (_, i): [number, number, number] => [i, 0, 10]));
    past.gave(gave(50, { families: many }), 50);
    past.gave(gave(60, { families: tableOf([1, 0, 20]) }), 60);
    past.freeze();
    expect(past.view(60)).toMatchObject({ watermarkMs: 60, newestGivenMs: 60 });
    expect(entriesOf(past.view(60).frozenFamilies)).toEqual([]);
    expect(entriesOf(past.view(60).givenFamilies)).toEqual([]);
  });

  it('holds series ahead of the clock by themselves', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(gave(50, { ahead: tableOf([7, 0, 900]) }), 50);
    expect(entriesOf(past.view(50).ahead)).toEqual([[7, 0, 900]]);
    expect(entriesOf(past.view(50).frozenAhead)).toEqual([]);
    past.freeze();
    expect(past.watermarkMs(50)).toBe(50);
    expect(entriesOf(past.view(150).frozenAhead)).toEqual([[7, 0, 900]]);
    expect(entriesOf(past.view(150).ahead)).toEqual([]);
    expect(entriesOf(past.view(151).frozenAhead)).toEqual([]);
  });
});
