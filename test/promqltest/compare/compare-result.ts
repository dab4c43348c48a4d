import { equalHistograms } from '../../../src/model/histogram/equal-histograms.ts';
import type { FloatHistogram } from '../../../src/model/histogram/float-histogram.ts';
import { HISTOGRAM } from '../../../src/model/raw-series.ts';
import type { SeriesLabels } from '../../../src/model/series-labels.ts';
import type { Grid } from '../../../src/promql/engine/grid.ts';
import type { QueryValue } from '../../../src/promql/engine/query-value.ts';
import { ABSENT, PRESENT } from '../../../src/promql/engine/series-block.ts';
import { formatLabels } from '../../../src/promql/engine/format-labels.ts';
import type { EvalCommand, Point, SeriesPoints } from '../script/script.ts';
import { almostEqual } from './almost-equal.ts';

const tolerance = 1e-6;

/** One series of a result: a sample or nothing for each step. */
interface ResultSeries {
  readonly labels: SeriesLabels;
  readonly points: readonly (number | FloatHistogram | undefined)[];
}

/** What is wrong with a result; undefined = it is what the script expects. */
export function compareResult(command: EvalCommand, value: QueryValue, grid: Grid): string | undefined {
  if (command.string !== undefined) return same(value.type === 'string' ? value.value : value.type, command.string);
  if (command.scalar !== undefined) return compareScalar(command.scalar, value);
  const found = toSeries(value, command, grid);
  if (typeof found === 'string') return found;
  const isOrdered = command.expectations.some(({ what }) => what === 'ordered');
  if (isOrdered) {
    const order = found.map(({ labels }) => formatLabels(labels)).join(' ');
    const problem = same(order, command.series.map(({ labels }) => formatLabels(labels)).join(' '));
    if (problem !== undefined) return `order: ${problem}`;
  }
  return compareSeries(found, command.series);
}

/** The middle step of a range around an instant, compared with what the instant expects. */
export function compareMiddle(command: EvalCommand, value: QueryValue, middle: number): string | undefined {
  if (value.type === 'scalar') {
    const expected = command.scalar ?? NaN;
    return almostEqual(value.values[middle]!, expected, tolerance)
      ? undefined
      : `${value.values[middle]} != ${expected}`;
  }
  if (value.type !== 'vector') return undefined;
  const found = vectorSeries(value).map(({ labels, points }) => ({ labels, points: [points[middle]] }));
  return compareSeries(
    found.filter(({ points }) => points[0] !== undefined),
    command.series,
  );
}

function same(found: string, expected: string): string | undefined {
  return found === expected ? undefined : `got ${found}, expected ${expected}`;
}

function compareScalar(expected: number, value: QueryValue): string | undefined {
  if (value.type !== 'scalar') return `got a ${value.type}, expected the scalar ${expected}`;
  const found = value.values[0]!;
  return almostEqual(found, expected, tolerance) ? undefined : `got ${found}, expected ${expected}`;
}

function toSeries(value: QueryValue, command: EvalCommand, grid: Grid): ResultSeries[] | string {
  if (value.type === 'vector') return vectorSeries(value);
  if (value.type === 'scalar') {
    if (command.isInstant) return `got a scalar, expected ${command.series.length} series`;
    return [{ labels: [], points: [...value.values] }];
  }
  if (value.type !== 'matrix') return `got a ${value.type}`;
  const on = command.rangeVector ?? { startMs: grid.startMs, stepMs: grid.stepMs };
  return value.series.map(({ labels, timestampsMs, values, kinds, histograms }) => {
    const points: ResultSeries['points'][number][] = [];
    for (const [i, t] of timestampsMs.entries()) {
      points[(t - on.startMs) / on.stepMs] = kinds?.[i] === HISTOGRAM ? histograms![i]! : values[i]!;
    }
    return { labels, points };
  });
}

function vectorSeries(value: Extract<QueryValue, { type: 'vector' }>): ResultSeries[] {
  return value.blocks.flatMap((block) =>
    block.labels
      .map((labels, row) => ({
        labels,
        points: Array.from({ length: block.steps }, (_, step) => {
          const at = row * block.steps + step;
          if (block.present[at] === ABSENT) return undefined;
          return block.present[at] === PRESENT ? block.values[at]! : block.histograms![at]!;
        }),
      }))
      .filter(({ points }) => points.some((point) => point !== undefined)),
  );
}

function compareSeries(found: readonly ResultSeries[], expected: readonly SeriesPoints[]): string | undefined {
  const byLabels = new Map(found.map((series) => [formatLabels(series.labels), series]));
  if (byLabels.size !== found.length) return 'a label set comes twice';
  for (const { labels, points } of expected) {
    const text = formatLabels(labels);
    const series = byLabels.get(text);
    if (series === undefined) return `${text} is missing; there are ${[...byLabels.keys()].join(' ')}`;
    byLabels.delete(text);
    const length = Math.max(points.length, series.points.length);
    for (let i = 0; i < length; i++) {
      if (equalPoints(series.points[i], points[i])) continue;
      return `${text} point ${i}: got ${show(series.points[i])}, expected ${showPoint(points[i])}`;
    }
  }
  return byLabels.size === 0 ? undefined : `not expected: ${[...byLabels.keys()].join(' ')}`;
}

function equalPoints(found: number | FloatHistogram | undefined, expected: Point): boolean {
  if (expected === undefined || found === undefined) return expected === undefined && found === undefined;
  if (expected.kind === 'float') return typeof found === 'number' && almostEqual(found, expected.value, tolerance);
  if (expected.kind === 'stale' || typeof found === 'number') return false;
  if (expected.isHintGiven && found.counterResetHint !== expected.histogram.counterResetHint) return false;
  return equalHistograms(found, expected.histogram, (a, b) => almostEqual(a, b, tolerance));
}

function showPoint(point: Point): string {
  if (point === undefined) return 'nothing';
  if (point.kind === 'stale') return 'stale';
  return show(point.kind === 'float' ? point.value : point.histogram);
}

function show(sample: number | FloatHistogram | undefined): string {
  if (sample === undefined) return 'nothing';
  if (typeof sample === 'number') return String(sample);
  return JSON.stringify(sample, (_key, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value,
  );
}
