import { KahanSum } from '../../promql/functions/kahan-sum.ts';

/** How much smaller than its parts a sum may be before their rounding shows in it: leaves twelve digits. */
const leastShare = 2.5e-4;

/** A sum of sums, each rounded to a float. */
export class PartialSum {
  readonly #sum = new KahanSum();
  #magnitude = 0;
  #parts = 0;

  add(value: number): void {
    this.#sum.add(value);
    this.#magnitude += Math.abs(value);
    this.#parts += 1;
  }

  get value(): number {
    return this.#sum.value;
  }

  /** Whether what the rounding of the parts lost may count. */
  get isCancelled(): boolean {
    return this.#parts > 1 && Math.abs(this.value) < leastShare * this.#magnitude;
  }
}
