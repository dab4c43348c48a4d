import { describe, expect, it } from 'vitest';

import { createGivenPast } from '../../../src/topology/given-past.ts';
import { entriesOf, tableOf } from './outcomes.ts';

const lookbackMs = 100;

describe('the past that was given out', () => {
  it('is empty at first', () => {
    const view = createGivenPast(lookbackMs, 2).view(0);
    expect(view).toMatchObject({ watermarkMs: -Infinity, newestGivenMs: -Infinity });
    expect(entriesOf(view.filled)).toEqual([]);
  });

  it('freezes the newest timestamp given out', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(50);
    past.gave(40);
    past.gave(-Infinity);
    expect(past.view(50)).toMatchObject({ watermarkMs: -Infinity, newestGivenMs: 50 });
    past.freeze();
    past.gave(70);
    expect(past.view(70)).toMatchObject({ watermarkMs: 50, newestGivenMs: 70 });
  });

  it.each([
    [150, 50],
    [151, -Infinity],
  ])('lets the watermark run out after the lookback: at %d it is %d', (nowMs, watermarkMs) => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(50);
    past.freeze();
    expect(past.view(nowMs).watermarkMs).toBe(watermarkMs);
    expect(past.watermarkMs(nowMs)).toBe(watermarkMs);
  });

  it('freezes what came out late as well, and never lowers the watermark', () => {
    const past = createGivenPast(lookbackMs, 2);
    past.gave(50);
    past.freeze();
    past.freezeLate(60);
    past.freezeLate(55);
    past.freezeLate(-Infinity);
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
});
