import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { labelsKey } from './label-groups.ts';
import { PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from './series-block.ts';

/** Collects rows of a {@link SeriesBlock} whose number is not known beforehand; columns double as they fill. */
export class BlockBuilder {
  readonly steps: number;
  readonly #labels: SeriesLabels[] = [];
  #values: Float64Array;
  #present: Uint8Array;
  #histograms: (FloatHistogram | undefined)[] | undefined;
  #dropName: number[] | undefined;
  /** Of the rows that {@link rowOf} added. */
  #rowByKey: Map<string, number> | undefined;

  constructor(steps: number, expectedRows = 16) {
    this.steps = steps;
    this.#values = new Float64Array(steps * expectedRows);
    this.#present = new Uint8Array(steps * expectedRows);
  }

  get rows(): number {
    return this.#labels.length;
  }

  /** The columns as they are now: invalid after the next {@link addRow}. */
  get values(): Float64Array {
    return this.#values;
  }

  get present(): Uint8Array {
    return this.#present;
  }

  /** Index of a new row, absent at all steps. */
  addRow(labels: SeriesLabels): number {
    const row = this.#labels.length;
    this.#labels.push(labels);
    if ((row + 1) * this.steps > this.#values.length) this.#grow();
    return row;
  }

  /** The row that was added for these labels, a new one the first time. Rows of {@link addRow} are not found. */
  rowOf(labels: SeriesLabels): number {
    const key = labelsKey(labels);
    this.#rowByKey ??= new Map();
    const row = this.#rowByKey.get(key) ?? this.addRow(labels);
    this.#rowByKey.set(key, row);
    return row;
  }

  /** Takes the row that was added last back; not for rows of {@link rowOf}. */
  removeLastRow(): void {
    const row = this.#labels.length - 1;
    this.#present.fill(0, row * this.steps, (row + 1) * this.steps);
    this.#labels.pop();
    if (this.#dropName !== undefined) this.#dropName.length = Math.min(this.#dropName.length, row);
  }

  set(row: number, step: number, value: number): void {
    const at = row * this.steps + step;
    this.#values[at] = value;
    this.#present[at] = PRESENT;
  }

  setHistogram(row: number, step: number, histogram: FloatHistogram): void {
    const at = row * this.steps + step;
    this.#histograms ??= [];
    this.#histograms[at] = histogram;
    this.#present[at] = PRESENT_HISTOGRAM;
  }

  histogramAt(row: number, step: number): FloatHistogram | undefined {
    return this.#histograms?.[row * this.steps + step];
  }

  /** Marks the name of a row as one to drop at the end of the query. */
  markDropName(row: number): void {
    this.#dropName ??= [];
    this.#dropName[row] = 1;
  }

  /** Copies one sample of a block. */
  copy(row: number, step: number, from: { readonly block: SeriesBlock; readonly at: number }): void {
    const { block, at } = from;
    if (block.present[at] === PRESENT) this.set(row, step, block.values[at]!);
    else if (block.present[at] === PRESENT_HISTOGRAM) this.setHistogram(row, step, block.histograms![at]!);
  }

  /** The block; the builder must not be used any more. */
  toBlock(): SeriesBlock {
    const end = this.#labels.length * this.steps;
    return {
      steps: this.steps,
      labels: this.#labels,
      values: this.#values.subarray(0, end),
      present: this.#present.subarray(0, end),
      ...(this.#histograms === undefined ? {} : { histograms: this.#histograms }),
      ...(this.#dropName === undefined
        ? {}
        : { dropName: Uint8Array.from({ length: this.#labels.length }, (_, row) => this.#dropName![row] ?? 0) }),
    };
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2 + this.steps);
    values.set(this.#values);
    this.#values = values;
    const present = new Uint8Array(values.length);
    present.set(this.#present);
    this.#present = present;
  }
}
