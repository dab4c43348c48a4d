/** Numbers of partial aggregates: a slice of a column in the worker, a kept contribution on the main thread. */
export type Cells = Float64Array | number[];

export type FloatOperation = 'sum' | 'min' | 'max' | 'count' | 'group';
export type StateKind = FloatOperation | 'avg' | 'buckets';

/** An aggregation whose state has a fixed number of cells, `at` being the first of them. */
export interface FloatAggregation {
  /** The state of no sample; its length is the number of cells. Merging with it changes nothing. */
  readonly identity: readonly number[];
  add(cells: Cells, at: number, value: number): void;
  merge(cells: Cells, at: number, other: Cells | readonly number[], otherAt: number): void;
  value(cells: Cells | readonly number[], at: number): number;
}

/**
 * Adds with Neumaier's compensation as Prometheus' `sum` does: `cells[at]` is the running sum, `cells[at + 1]` what
 * rounding lost. An infinite sum has no compensation. @see spec §6
 */
export function addCompensated(cells: Cells, at: number, value: number): void {
  const sum = cells[at]!;
  const next = sum + value;
  if (next === Infinity || next === -Infinity) cells[at + 1] = 0;
  else if (Math.abs(sum) >= Math.abs(value)) cells[at + 1]! += sum - next + value;
  else cells[at + 1]! += value - next + sum;
  cells[at] = next;
}

/** Adds another compensated sum: its sum and, so that nothing it had saved is lost, its compensation. */
export function mergeCompensated(cells: Cells, at: number, other: Cells | readonly number[], otherAt: number): void {
  addCompensated(cells, at, other[otherAt]!);
  addCompensated(cells, at, other[otherAt + 1]!);
}

export function compensatedValue(cells: Cells | readonly number[], at: number): number {
  return cells[at]! + cells[at + 1]!;
}

function addMin(cells: Cells, at: number, value: number): void {
  const least = cells[at]!;
  if (value < least || Number.isNaN(least)) cells[at] = value;
}

function addMax(cells: Cells, at: number, value: number): void {
  const greatest = cells[at]!;
  if (value > greatest || Number.isNaN(greatest)) cells[at] = value;
}

/** NaN loses against every number in `min` and `max`: it is the result only where all samples are NaN. */
export const floatAggregations: Readonly<Record<FloatOperation, FloatAggregation>> = {
  sum: { identity: [0, 0], add: addCompensated, merge: mergeCompensated, value: compensatedValue },
  min: {
    identity: [Number.NaN],
    add: addMin,
    merge: (cells, at, other, otherAt) => addMin(cells, at, other[otherAt]!),
    value: (cells, at) => cells[at]!,
  },
  max: {
    identity: [Number.NaN],
    add: addMax,
    merge: (cells, at, other, otherAt) => addMax(cells, at, other[otherAt]!),
    value: (cells, at) => cells[at]!,
  },
  count: {
    identity: [0],
    add(cells, at) {
      cells[at]! += 1;
    },
    merge(cells, at, other, otherAt) {
      cells[at]! += other[otherAt]!;
    },
    value: (cells, at) => cells[at]!,
  },
  group: { identity: [1], add() {}, merge() {}, value: () => 1 },
};
