import { QueryError } from '../engine/query-error.ts';
import type { FunctionImplementation } from './function-context.ts';
import { KahanSum } from './kahan-sum.ts';
import { floatKernel, type FloatSamples } from './window-samples.ts';

/** `deriv`, `predict_linear`, `double_exponential_smoothing`. */
export const regressionFunctions: Readonly<Record<string, FunctionImplementation>> = {
  deriv: {
    shape: 'range',
    // The first sample's time is the origin: large timestamps would cost digits.
    kernel: floatKernel((samples) =>
      samples.values.length < 2 ? undefined : regression(samples, samples.timestampsMs[0]!).slope,
    ),
  },
  predict_linear: {
    shape: 'range',
    kernel: floatKernel((samples, step, { grid, scalars }) => {
      if (samples.values.length < 2) return undefined;
      const { slope, intercept } = regression(samples, grid.startMs + step * grid.stepMs);
      return slope * scalars[1]![step]! + intercept;
    }),
  },
  double_exponential_smoothing: {
    shape: 'range',
    kernel: floatKernel((samples, step, { scalars }) => smooth(samples, scalars[1]![step]!, scalars[2]![step]!)),
  },
};

function regression({ timestampsMs, values }: FloatSamples, originMs: number): { slope: number; intercept: number } {
  const first = values[0]!;
  if (values.every((value) => value === first)) {
    return Number.isFinite(first) ? { slope: 0, intercept: first } : { slope: NaN, intercept: NaN };
  }
  const x = new KahanSum();
  const y = new KahanSum();
  const xy = new KahanSum();
  const xx = new KahanSum();
  for (let k = 0; k < values.length; k++) {
    const seconds = (timestampsMs[k]! - originMs) / 1000;
    x.add(seconds);
    y.add(values[k]!);
    xy.add(seconds * values[k]!);
    xx.add(seconds * seconds);
  }
  const n = values.length;
  const sumX = x.sum + x.compensation;
  const sumY = y.sum + y.compensation;
  const covariance = xy.sum + xy.compensation - (sumX * sumY) / n;
  const slope = covariance / (xx.sum + xx.compensation - (sumX * sumX) / n);
  return { slope, intercept: sumY / n - (slope * sumX) / n };
}

function smooth({ values }: FloatSamples, smoothing: number, trending: number): number | undefined {
  checkFactor('smoothing', 'sf', smoothing);
  checkFactor('trend', 'tf', trending);
  if (values.length < 2) return undefined;
  let previous = 0;
  let current = values[0]!;
  let trend = values[1]! - values[0]!;
  for (let k = 1; k < values.length; k++) {
    if (k > 1) trend = trending * (current - previous) + (1 - trending) * trend;
    const next = smoothing * values[k]! + (1 - smoothing) * (current + trend);
    previous = current;
    current = next;
  }
  return current;
}

function checkFactor(what: string, symbol: string, factor: number): void {
  if (factor > 0 && factor < 1) return;
  const range = `Expected: 0 < ${symbol} < 1, got: ${factor.toFixed(6)}`;
  throw new QueryError('execution', `invalid ${what} factor. ${range}`);
}
