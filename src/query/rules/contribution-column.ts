import { addBucket } from '../../federate/rules/bucket-state.ts';
import { floatAggregations, type Cells, type StateKind } from '../../federate/rules/float-aggregation.ts';
import { stateIdentity } from '../../federate/rules/state-identity.ts';
import { addWeighted } from '../../federate/rules/weighted-average.ts';

/** What one shard gives to one group of a rule, a state for each step. */
export class ContributionColumn {
  /** 1 where the shard gives something. */
  readonly present: Uint8Array;
  readonly #kind: StateKind;
  readonly #width: number;
  readonly #cells: Float64Array;
  readonly #buckets: number[][] = [];

  constructor(kind: StateKind, steps: number) {
    this.#kind = kind;
    this.present = new Uint8Array(steps);
    const identity = kind === 'buckets' ? [] : stateIdentity(kind);
    this.#width = identity.length;
    this.#cells = new Float64Array(steps * identity.length);
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i] = identity[i % identity.length]!;
  }

  /** For all kinds but `avg` and `buckets`. */
  addValue(step: number, value: number): void {
    this.present[step] = 1;
    if (this.#kind === 'avg' || this.#kind === 'buckets') return;
    floatAggregations[this.#kind].add(this.#cells, step * this.#width, value);
  }

  addWeighted(step: number, value: number, weight: number): void {
    this.present[step] = 1;
    addWeighted(this.#cells, step * this.#width, value, weight);
  }

  addBucket(step: number, bound: number, count: number): void {
    this.present[step] = 1;
    addBucket((this.#buckets[step] ??= []), bound, count);
  }

  /** What holds the state of a step, from {@link ContributionColumn.at} on. */
  cells(step: number): Cells {
    return this.#kind === 'buckets' ? this.#buckets[step]! : this.#cells;
  }

  at(step: number): number {
    return step * this.#width;
  }
}
