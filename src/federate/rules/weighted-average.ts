import { addCompensated, compensatedValue, mergeCompensated, type Cells } from './float-aggregation.ts';

/** Sum of weight × value in the first two cells, sum of weights in the last two. */
export const averageIdentity: readonly number[] = [0, 0, 0, 0];

/**
 * Adds one series. A weight of zero says that nothing was observed: the value is then meaningless (0/0 as a rule) and
 * does not enter, as it would not had all observations been averaged in one place.
 */
export function addWeighted(cells: Cells, at: number, value: number, weight: number): void {
  if (weight === 0) return;
  addCompensated(cells, at, weight * value);
  addCompensated(cells, at + 2, weight);
}

export function mergeAverages(cells: Cells, at: number, other: Cells | readonly number[], otherAt: number): void {
  mergeCompensated(cells, at, other, otherAt);
  mergeCompensated(cells, at + 2, other, otherAt + 2);
}

/** NaN when nothing was observed. */
export function averageValue(cells: readonly number[], at: number): number {
  return compensatedValue(cells, at) / compensatedValue(cells, at + 2);
}
