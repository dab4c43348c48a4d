import { HISTOGRAM, type RawSeries } from '../../model/raw-series.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { Subquery } from '../ast/ast.ts';
import { durationMs } from '../ast/resolve-durations.ts';
import type { Evaluation, RangeSource } from './evaluation.ts';
import type { Grid } from './grid.ts';
import { QueryError } from './query-error.ts';
import { selectTimesMs } from './select-times.ts';
import { ABSENT, PRESENT_HISTOGRAM, type SeriesBlock } from './series-block.ts';

const maxSteps = 11_000_000;

/**
 * The points of a subquery as series under a range: evaluated once on the multiples of its step that any of its windows
 * covers. The left edge of a window is outside of it.
 */
export function subqueryRange(subquery: Subquery, evaluation: Evaluation): RangeSource {
  const { options } = evaluation;
  const rangeMs = durationMs(subquery.range, options.grid);
  const stepMs =
    subquery.step === undefined ? options.defaultEvaluationIntervalMs : durationMs(subquery.step, options.grid);
  const endsMs = selectTimesMs(subquery, evaluation.grid, options);
  const firstMs = (Math.floor((endsMs[0]! - rangeMs) / stepMs) + 1) * stepMs;
  const lastMs = Math.floor(endsMs.at(-1)! / stepMs) * stepMs;
  const steps = Math.max(0, Math.round((lastMs - firstMs) / stepMs) + 1);
  if (steps > maxSteps)
    throw new QueryError('execution', `a subquery of ${steps} steps exceeds the limit of ${maxSteps}`);
  const grid = { startMs: firstMs, stepMs, steps };
  return { rangeMs, endsMs, series: steps === 0 ? noSeries() : points(subquery, evaluation.on(grid), grid) };
}

async function* noSeries(): AsyncGenerator<readonly RawSeries[], void> {}

async function* points(subquery: Subquery, inner: Evaluation, grid: Grid): AsyncGenerator<readonly RawSeries[], void> {
  for await (const block of inner.vector(subquery.expr)) {
    yield block.labels.map((_, row) => toSeries(block, row, grid)).filter(({ values }) => values.length > 0);
  }
}

function toSeries(block: SeriesBlock, row: number, { startMs, stepMs, steps }: Grid): RawSeries {
  const present = block.present.subarray(row * steps, (row + 1) * steps);
  const isThere = (_: unknown, step: number): boolean => present[step] !== ABSENT;
  const times = Float64Array.from(present, (_, step) => startMs + step * stepMs);
  const series = {
    labels: block.labels[row]!,
    timestampsMs: times.filter(isThere),
    values: block.values.subarray(row * steps, (row + 1) * steps).filter(isThere),
  };
  if (!present.includes(PRESENT_HISTOGRAM)) return series;
  const histograms: (FloatHistogram | undefined)[] = Array.from(
    present,
    (_, step) => block.histograms![row * steps + step],
  );
  return {
    ...series,
    kinds: present.filter(isThere).map((kind) => (kind === PRESENT_HISTOGRAM ? HISTOGRAM : 0)),
    histograms: histograms.filter(isThere),
  };
}
