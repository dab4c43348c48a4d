import { addHistograms } from '../../model/histogram/add-histograms.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { divideHistogram } from '../../model/histogram/scale-histogram.ts';
import type { Aggregation } from '../ast/ast.ts';
import { warning } from '../functions/warnings.ts';
import type { Accumulator, AccumulatorOptions } from './accumulator.ts';
import { GroupColumns } from './group-columns.ts';

/** Sums and averages: compensated sums of floats, sums of histograms; a group of both gives nothing, with a note. */
export function createSumAccumulator(
  expr: Aggregation,
  options: AccumulatorOptions,
  { isAverage }: { readonly isAverage: boolean },
): Accumulator {
  const { steps } = options;
  const floats = new FloatSums(steps, isAverage);
  const histograms = new HistogramSums(expr, options, isAverage);
  return {
    reserve: (groups) => floats.reserve(groups),
    add: (group, step, value) => floats.add(group * steps + step, value),
    addHistogram: (group, step, histogram) => histograms.add(group * steps + step, histogram),
    result(group, step) {
      const at = group * steps + step;
      if (!histograms.has(at)) return floats.result(at);
      if (!floats.has(at)) return histograms.result(at);
      const text = 'encountered a mix of histograms and floats for aggregation';
      options.annotations.add(warning(text, expr.expr.span));
      return undefined;
    },
  };
}

class FloatSums {
  readonly #sums: GroupColumns;
  readonly #compensations: GroupColumns;
  readonly #counts: GroupColumns;
  /** Where an average went on incrementally because its sum had overflown. */
  readonly #incremental = new Set<number>();
  readonly #isAverage: boolean;

  constructor(steps: number, isAverage: boolean) {
    this.#sums = new GroupColumns(steps);
    this.#compensations = new GroupColumns(steps);
    this.#counts = new GroupColumns(steps);
    this.#isAverage = isAverage;
  }

  reserve(groups: number): void {
    for (const columns of [this.#sums, this.#compensations, this.#counts]) columns.reserve(groups);
  }

  has(at: number): boolean {
    return this.#counts.values[at] !== 0;
  }

  add(at: number, value: number): void {
    const count = (this.#counts.values[at]! += 1);
    const sum = this.#sums.values[at]!;
    const compensation = this.#compensations.values[at]!;
    if (this.#isAverage && this.#incremental.size > 0 && this.#incremental.has(at)) {
      this.#addToMean(at, value);
      return;
    }
    this.#addTo(at, value);
    if (!this.#isAverage || count === 1 || Math.abs(this.#sums.values[at]!) !== Infinity) return;
    this.#incremental.add(at);
    this.#sums.values[at] = sum / (count - 1);
    this.#compensations.values[at] = compensation / (count - 1);
    this.#addToMean(at, value);
  }

  result(at: number): number | undefined {
    const count = this.#counts.values[at]!;
    if (count === 0) return undefined;
    const sum = this.#sums.values[at]!;
    const compensation = this.#compensations.values[at]!;
    if (!this.#isAverage) return Math.abs(sum) === Infinity ? sum : sum + compensation;
    return this.#incremental.has(at) ? sum + compensation : sum / count + compensation / count;
  }

  #addToMean(at: number, value: number): void {
    const count = this.#counts.values[at]!;
    const share = (count - 1) / count;
    this.#sums.values[at]! *= share;
    this.#compensations.values[at]! *= share;
    this.#addTo(at, value / count);
  }

  #addTo(at: number, increment: number): void {
    const sum = this.#sums.values[at]!;
    const total = sum + increment;
    if (total === Infinity || total === -Infinity) this.#compensations.values[at] = 0;
    else if (Math.abs(sum) >= Math.abs(increment)) this.#compensations.values[at]! += sum - total + increment;
    else this.#compensations.values[at]! += increment - total + sum;
    this.#sums.values[at] = total;
  }
}

class HistogramSums {
  readonly #sums = new Map<number, FloatHistogram | undefined>();
  readonly #counts = new Map<number, number>();
  readonly #expr: Aggregation;
  readonly #options: AccumulatorOptions;
  readonly #isAverage: boolean;

  constructor(expr: Aggregation, options: AccumulatorOptions, isAverage: boolean) {
    this.#expr = expr;
    this.#options = options;
    this.#isAverage = isAverage;
  }

  has(at: number): boolean {
    return this.#sums.has(at);
  }

  add(at: number, histogram: FloatHistogram): void {
    this.#counts.set(at, (this.#counts.get(at) ?? 0) + 1);
    const sum = this.#sums.get(at);
    if (sum === undefined) {
      // What could not be added once stays without a result.
      if (!this.#sums.has(at)) this.#sums.set(at, histogram);
      return;
    }
    const result = addHistograms(sum, histogram);
    if ('incompatible' in result) {
      const reason =
        result.incompatible === 'schemas'
          ? 'vector contains a mix of histograms with exponential and custom buckets schemas'
          : 'vector contains histograms with incompatible custom buckets';
      this.#options.annotations.add(warning(reason, this.#expr.expr.span));
      this.#sums.set(at, undefined);
      return;
    }
    if (result.hasResetCollision) {
      const text = 'conflicting counter resets during histogram aggregation';
      this.#options.annotations.add(warning(text, this.#expr.expr.span));
    }
    this.#sums.set(at, result.histogram);
  }

  result(at: number): FloatHistogram | undefined {
    const sum = this.#sums.get(at);
    return sum === undefined || !this.#isAverage ? sum : divideHistogram(sum, this.#counts.get(at)!);
  }
}
