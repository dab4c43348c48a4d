import { scaleHistogram } from '../../model/histogram/scale-histogram.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import type { Call, Expr, VectorSelector } from '../ast/ast.ts';
import { valueTypeOf } from '../ast/value-type.ts';
import { withoutParens } from '../ast/walk.ts';
import { functionImplementation } from '../functions/registry.ts';
import { aggregateBlocks } from './aggregate.ts';
import { binaryBlocks, binaryScalar } from './binary.ts';
import { concatBlocks } from './block-rows.ts';
import { afterNameDrop, dropMarkedNames, dropNames } from './drop-names.ts';
import { durationMs } from '../ast/resolve-durations.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import type { Evaluation, RangeSource } from './evaluation.ts';
import { absentBlock, callBlocks, contextOf, scalarOfVector, vectorOfScalar } from './function-calls.ts';
import type { Grid } from './grid.ts';
import { infoBlock } from './info-function.ts';
import { QueryError } from './query-error.ts';
import type { QueryValue } from './query-value.ts';
import { withoutStale } from './range-windows.ts';
import { ruleOutputBlocks } from './rule-output-blocks.ts';
import { SampleBudget } from './sample-budget.ts';
import type { SelectHints } from './sample-source.ts';
import { selectTimesMs } from './select-times.ts';
import { selectorBlocks } from './selector-blocks.ts';
import { ABSENT, PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from './series-block.ts';
import { isStepInvariant, spreadBlock } from './step-invariant.ts';
import { subqueryRange } from './subquery-series.ts';

/**
 * Evaluates a query on its grid as Prometheus 3.5 does.
 * @throws QueryError; what the source fails with; the signal's reason
 */
export async function evaluate(expr: Expr, options: EvaluateOptions): Promise<QueryValue> {
  const budget = new SampleBudget(options.maxSamples, options.signal);
  try {
    return await evaluateIn(createEvaluation(options, options.grid, budget), expr);
  } finally {
    options.onSamples?.({ read: budget.read, peak: budget.peak });
  }
}

async function evaluateIn(evaluation: Evaluation, expr: Expr): Promise<QueryValue> {
  const bare = withoutParens(expr);
  switch (valueTypeOf(expr)) {
    case 'string':
      return { type: 'string', value: evaluation.string(expr) };
    case 'scalar':
      return { type: 'scalar', values: await evaluation.scalar(expr) };
    case 'matrix':
      return { type: 'matrix', series: await matrix(bare, evaluation) };
    case 'vector': {
      const blocks: SeriesBlock[] = [];
      for await (const block of evaluation.vector(expr)) {
        evaluation.budget.take(block.values.length);
        blocks.push(block);
      }
      return { type: 'vector', blocks: finished(blocks, evaluation.options), isOrdered: isOrdered(bare) };
    }
  }
}

function finished(blocks: readonly SeriesBlock[], options: EvaluateOptions): readonly SeriesBlock[] {
  if (blocks.every(({ dropName }) => dropName === undefined)) return blocks;
  return [dropMarkedNames(concatBlocks(blocks, options.grid.steps), options)];
}

function isOrdered(expr: Expr): boolean {
  if (expr.kind === 'aggregation') return expr.operator === 'topk' || expr.operator === 'bottomk';
  if (expr.kind !== 'call') return false;
  const implementation = functionImplementation(expr.function);
  return implementation?.shape === 'vector' && implementation.isOrdered === true;
}

async function matrix(expr: Expr, evaluation: Evaluation): Promise<RawSeries[]> {
  const { rangeMs, endsMs, series } = evaluation.ranges(expr);
  const end = endsMs[0]!;
  const result: RawSeries[] = [];
  for await (const batch of series) {
    for (const one of batch) {
      const inside = clip(withoutStale(one), end - rangeMs, end);
      evaluation.budget.take(inside.values.length);
      if (inside.values.length > 0) result.push(inside);
    }
  }
  return result;
}

function clip(series: RawSeries, afterMs: number, endMs: number): RawSeries {
  const from = series.timestampsMs.findIndex((t) => t > afterMs);
  const found = series.timestampsMs.findIndex((t) => t > endMs);
  const range = [from === -1 ? Infinity : from, found === -1 ? undefined : found] as const;
  return {
    labels: series.labels,
    timestampsMs: series.timestampsMs.slice(...range),
    values: series.values.slice(...range),
    ...(series.kinds === undefined ? {} : { kinds: series.kinds.slice(...range) }),
    ...(series.histograms === undefined ? {} : { histograms: series.histograms.slice(...range) }),
  };
}

function createEvaluation(options: EvaluateOptions, grid: Grid, budget: SampleBudget): Evaluation {
  const evaluation: Evaluation = {
    options,
    grid,
    budget,
    on: (inner) => createEvaluation(options, inner, budget),
    vector: (expr) => vector(expr, evaluation, noHints),
    wholeVector: async (expr) => {
      const blocks: SeriesBlock[] = [];
      for await (const block of evaluation.vector(expr)) {
        budget.take(block.values.length);
        blocks.push(block);
      }
      const whole = blocks.reduce((sum, { values }) => sum + values.length, 0);
      budget.release(whole);
      return blocks.length === 0 ? emptyBlock(grid.steps) : concatBlocks(blocks, grid.steps);
    },
    scalar: (expr) => scalar(expr, evaluation),
    string: (expr) => {
      const bare = withoutParens(expr);
      return bare.kind === 'string' ? bare.value : '';
    },
    ranges: (expr) => ranges(withoutParens(expr), evaluation),
  };
  return evaluation;
}

function emptyBlock(steps: number): SeriesBlock {
  return { steps, labels: [], values: new Float64Array(0), present: new Uint8Array(0) };
}

const noHints: SelectHints = { stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false };

async function* vector(expr: Expr, evaluation: Evaluation, hints: SelectHints): AsyncGenerator<SeriesBlock, void> {
  evaluation.budget.checkSignal();
  if (evaluation.grid.steps > 1 && isStepInvariant(expr)) {
    const once = evaluation.on({ ...evaluation.grid, steps: 1 });
    for await (const block of vector(expr, once, hints)) yield spreadBlock(block, evaluation.grid.steps);
    return;
  }
  switch (expr.kind) {
    case 'vector-selector':
      yield* selectorBlocks(expr, evaluation, {
        hints: { ...hints, stepMs: evaluation.grid.stepMs },
        takesTime: false,
      });
      return;
    case 'rule-outputs':
      yield* ruleOutputBlocks(expr, evaluation, hints);
      return;
    case 'fetched':
      yield* evaluation.options.source.fetched(expr.part, evaluation.grid, evaluation.options.signal);
      return;
    case 'paren':
      yield* vector(expr.inner, evaluation, hints);
      return;
    case 'unary':
      yield* expr.operator === '+' ? vector(expr.operand, evaluation, hints) : negated(expr.operand, evaluation);
      return;
    case 'binary':
      yield* binaryBlocks(expr, evaluation);
      return;
    case 'aggregation':
      yield* aggregateBlocks(expr, evaluation);
      return;
    case 'call':
      yield* call(expr, evaluation);
      return;
    default:
      throw new QueryError('internal', `cannot evaluate ${expr.kind} as a vector`);
  }
}

async function* call(expr: Call, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  switch (expr.function) {
    case 'vector':
      yield await vectorOfScalar(expr, evaluation);
      return;
    case 'absent':
    case 'absent_over_time':
      yield await absentBlock(expr, evaluation);
      return;
    case 'timestamp':
      yield* afterNameDrop(timestamps(expr.args[0]!, evaluation), expr.args[0]!, evaluation);
      return;
    case 'info':
      yield await infoBlock(expr, evaluation);
      return;
    default:
      yield* callBlocks(expr, evaluation);
  }
}

/** Of a selector the time of its samples, of anything else the time of evaluation. */
async function* timestamps(operand: Expr, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  const bare = withoutParens(operand);
  if (bare.kind === 'vector-selector') {
    const hints = { ...noHints, function: 'timestamp', stepMs: evaluation.grid.stepMs };
    for await (const block of selectorBlocks(bare, evaluation, { hints, takesTime: true }))
      yield dropNames(block, evaluation);
    return;
  }
  const { startMs, stepMs, steps } = evaluation.grid;
  for await (const block of evaluation.vector(operand)) {
    for (let at = 0; at < block.present.length; at++) {
      if (block.present[at] === ABSENT) continue;
      block.present[at] = PRESENT;
      block.values[at] = (startMs + (at % steps) * stepMs) / 1000;
    }
    yield dropNames(block, evaluation);
  }
}

async function* negated(operand: Expr, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  yield* afterNameDrop(negatedBlocks(operand, evaluation), operand, evaluation);
}

async function* negatedBlocks(operand: Expr, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  for await (const block of evaluation.vector(operand)) {
    for (let at = 0; at < block.present.length; at++) {
      if (block.present[at] === PRESENT_HISTOGRAM) block.histograms![at] = scaleHistogram(block.histograms![at]!, -1);
      else block.values[at] = -block.values[at]!;
    }
    yield dropNames(block, evaluation);
  }
}

async function scalar(expr: Expr, evaluation: Evaluation): Promise<Float64Array> {
  const { steps } = evaluation.grid;
  switch (expr.kind) {
    case 'number':
      return new Float64Array(steps).fill(expr.value);
    case 'paren':
      return scalar(expr.inner, evaluation);
    case 'unary': {
      const values = await scalar(expr.operand, evaluation);
      return expr.operator === '-' ? values.map((value) => -value) : values;
    }
    case 'binary':
      return binaryScalar(expr, evaluation);
    case 'call': {
      if (expr.function === 'scalar') return scalarOfVector(expr, evaluation);
      const implementation = functionImplementation(expr.function);
      if (implementation?.shape === 'scalar') return implementation.evaluate(await contextOf(expr, evaluation));
      throw new QueryError('internal', `function ${expr.function} gives no scalar`);
    }
    default:
      throw new QueryError('internal', `cannot evaluate ${expr.kind} as a scalar`);
  }
}

function ranges(expr: Expr, evaluation: Evaluation): RangeSource {
  if (expr.kind === 'subquery') return subqueryRange(expr, evaluation);
  if (expr.kind !== 'matrix-selector') throw new QueryError('internal', `cannot evaluate ${expr.kind} as a range`);
  const rangeMs = durationMs(expr.range, evaluation.options.grid);
  return selectorRange(expr.selector, rangeMs, evaluation);
}

function selectorRange(selector: VectorSelector, rangeMs: number, evaluation: Evaluation): RangeSource {
  const { options, grid } = evaluation;
  const endsMs = selectTimesMs(selector, grid, options);
  const request = {
    matchers: selector.matchers,
    startMs: endsMs[0]! - rangeMs + 1,
    endMs: endsMs.at(-1)!,
    hints: { ...noHints, stepMs: grid.stepMs, rangeMs },
  };
  return { rangeMs, endsMs, series: options.source.select(request, options.signal) };
}
