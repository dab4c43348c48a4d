import type { Aggregation } from '../ast/ast.ts';
import { quantile } from '../functions/quantile.ts';
import { badQuantile, info } from '../functions/warnings.ts';
import type { Accumulator, AccumulatorOptions } from './accumulator.ts';
import { GroupColumns } from './group-columns.ts';
import { createSumAccumulator } from './sum-accumulator.ts';

/** What takes in the samples of an aggregation that gives one sample for each group. */
export function createAccumulator(expr: Aggregation, options: AccumulatorOptions): Accumulator {
  switch (expr.operator) {
    case 'sum':
      return createSumAccumulator(expr, options, { isAverage: false });
    case 'avg':
      return createSumAccumulator(expr, options, { isAverage: true });
    case 'count':
      return createCounter(options, (count) => count);
    case 'group':
      return createCounter(options, () => 1);
    case 'min':
      return createExtreme(expr, options, (value, best) => value < best);
    case 'max':
      return createExtreme(expr, options, (value, best) => value > best);
    case 'stddev':
      return createVariance(expr, options, Math.sqrt);
    case 'stdvar':
      return createVariance(expr, options, (variance) => variance);
    default:
      return createQuantile(expr, options);
  }
}

/** Histograms that an aggregation cannot use are left out, with a note. */
function ignoreHistograms({ operator, expr }: Aggregation, { annotations }: AccumulatorOptions): () => void {
  return () => annotations.add(info(`ignored histogram in ${operator} aggregation`, expr.span));
}

function createCounter({ steps }: AccumulatorOptions, map: (count: number) => number): Accumulator {
  const counts = new GroupColumns(steps);
  const count = (group: number, step: number): void => {
    counts.values[group * steps + step]! += 1;
  };
  return {
    reserve: (groups) => counts.reserve(groups),
    add: count,
    addHistogram: count,
    result: (group, step) => {
      const found = counts.values[group * steps + step]!;
      return found === 0 ? undefined : map(found);
    },
  };
}

function createExtreme(
  expr: Aggregation,
  options: AccumulatorOptions,
  isBetter: (value: number, best: number) => boolean,
): Accumulator {
  const { steps } = options;
  const best = new GroupColumns(steps);
  const seen = new GroupColumns(steps);
  return {
    reserve(groups) {
      best.reserve(groups);
      seen.reserve(groups);
    },
    add(group, step, value) {
      const at = group * steps + step;
      const known = best.values[at]!;
      // NaN gives way to anything.
      if (seen.values[at] === 0 || isBetter(value, known) || known !== known) best.values[at] = value;
      seen.values[at] = 1;
    },
    addHistogram: ignoreHistograms(expr, options),
    result: (group, step) => (seen.values[group * steps + step] === 0 ? undefined : best.values[group * steps + step]),
  };
}

/** Welford's method with compensated sums, as Prometheus. */
function createVariance(
  expr: Aggregation,
  options: AccumulatorOptions,
  map: (variance: number) => number,
): Accumulator {
  const { steps } = options;
  const counts = new GroupColumns(steps);
  const means = new GroupColumns(steps);
  const squares = new GroupColumns(steps);
  return {
    reserve(groups) {
      for (const columns of [counts, means, squares]) columns.reserve(groups);
    },
    add(group, step, value) {
      const at = group * steps + step;
      counts.values[at]! += 1;
      const delta = value - means.values[at]!;
      means.values[at]! += delta / counts.values[at]!;
      squares.values[at]! += delta * (value - means.values[at]!);
    },
    addHistogram: ignoreHistograms(expr, options),
    result(group, step) {
      const at = group * steps + step;
      return counts.values[at] === 0 ? undefined : map(squares.values[at]! / counts.values[at]!);
    },
  };
}

function createQuantile(expr: Aggregation, options: AccumulatorOptions): Accumulator {
  const { steps, parameter, annotations } = options;
  const values: number[][] = [];
  for (const phi of parameter!) {
    if (Number.isNaN(phi) || phi < 0 || phi > 1) annotations.add(badQuantile(phi, expr.parameter!.span));
  }
  return {
    reserve: () => undefined,
    add(group, step, value) {
      (values[group * steps + step] ??= []).push(value);
    },
    addHistogram: ignoreHistograms(expr, options),
    result(group, step) {
      const found = values[group * steps + step];
      return found === undefined ? undefined : quantile(parameter![step]!, Float64Array.from(found));
    },
  };
}
