import { expect, it } from 'vitest';
import { SeriesTable } from '../../../../src/federate/join/series-table.ts';

it('knows what was set, and nothing else', () => {
  const table = new SeriesTable();
  expect(table.get(1, 2)).toBeNaN();
  table.set(1, 2, 100);
  table.set(0, 0, -Infinity);
  expect([table.get(1, 2), table.get(0, 0), table.size]).toEqual([100, -Infinity, 2]);
  expect([table.get(2, 1), table.get(1, 0)]).toEqual([NaN, NaN]);
  table.set(1, 2, 200);
  expect([table.get(1, 2), table.size]).toEqual([200, 2]);
});

it('takes signed and unsigned words for the same', () => {
  const table = new SeriesTable();
  table.set(-1, -2, 5);
  expect(table.get(0xffff_ffff, 0xffff_fffe)).toBe(5);
});

it('grows, and survives the way to a table and back', () => {
  const table = new SeriesTable();
  for (let i = 0; i < 5000; i++) table.set(i * 7919, (i % 10) - 5, i);
  const copy = SeriesTable.from(table.toTable());
  expect(copy.size).toBe(5000);
  for (let i = 0; i < 5000; i++) expect(copy.get(i * 7919, (i % 10) - 5)).toBe(i);
});
