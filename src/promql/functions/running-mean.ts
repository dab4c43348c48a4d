import { KahanSum } from './kahan-sum.ts';

/** A mean by its sum, and once that overflows an incremental one, as Prometheus. */
export class RunningMean {
  readonly #kahan = new KahanSum();
  #count = 0;
  #isIncremental = false;

  add(value: number): void {
    const kahan = this.#kahan;
    this.#count += 1;
    if (!this.#isIncremental) {
      const { sum, compensation } = kahan;
      kahan.add(value);
      if (this.#count === 1 || Math.abs(kahan.sum) !== Infinity) return;
      this.#isIncremental = true;
      kahan.reset(sum / (this.#count - 1), compensation / (this.#count - 1));
    }
    const share = (this.#count - 1) / this.#count;
    kahan.reset(share * kahan.sum, share * kahan.compensation);
    kahan.add(value / this.#count);
  }

  get value(): number {
    const { sum, compensation } = this.#kahan;
    if (this.#isIncremental) return sum + compensation;
    return sum / this.#count + compensation / this.#count;
  }
}
