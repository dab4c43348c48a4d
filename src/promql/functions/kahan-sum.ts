/** Sums with Neumaier's compensation, as Prometheus does; reading {@link KahanSum.value} does not end the sum. */
export class KahanSum {
  sum = 0;
  compensation = 0;

  add(increment: number): void {
    const { sum } = this;
    const total = sum + increment;
    if (total === Infinity || total === -Infinity) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(increment)) this.compensation += sum - total + increment;
    else this.compensation += increment - total + sum;
    this.sum = total;
  }

  get value(): number {
    return Math.abs(this.sum) === Infinity ? this.sum : this.sum + this.compensation;
  }

  reset(sum = 0, compensation = 0): void {
    this.sum = sum;
    this.compensation = compensation;
  }
}
