/** A column of groups × steps that grows with the groups; 0 where nothing was written. */
export class GroupColumns {
  values: Float64Array;
  readonly #steps: number;

  constructor(steps: number) {
    this.#steps = steps;
    this.values = new Float64Array(steps * 8);
  }

  /** Makes room for so many groups; replaces {@link GroupColumns.values}. */
  reserve(groups: number): void {
    const needed = groups * this.#steps;
    if (needed <= this.values.length) return;
    const grown = new Float64Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values);
    this.values = grown;
  }
}
