import { METRIC_NAME } from '../../model/label-set.ts';
import type { Aggregation } from '../ast/ast.ts';
import type { Accumulator } from './accumulator.ts';
import { createAccumulator } from './accumulators.ts';
import { BlockBuilder } from './block-builder.ts';
import { countValues } from './count-values.ts';
import type { Evaluation } from './evaluation.ts';
import { GroupTable } from './group-table.ts';
import { pickSeries } from './pick-series.ts';
import { ABSENT, PRESENT, type SeriesBlock } from './series-block.ts';

/** An aggregation. Blocks of its operand are taken in as they come; only `topk` and its like hold them. */
export async function* aggregateBlocks(expr: Aggregation, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  const groups = new GroupTable(expr);
  switch (expr.operator) {
    case 'topk':
    case 'bottomk':
    case 'limitk':
    case 'limit_ratio':
      yield await pickSeries(expr, groups, evaluation);
      return;
    case 'count_values':
      yield await countValues(expr, evaluation);
      return;
    default:
      yield await accumulate(expr, groups, evaluation);
  }
}

async function accumulate(expr: Aggregation, groups: GroupTable, evaluation: Evaluation): Promise<SeriesBlock> {
  const { steps } = evaluation.grid;
  const parameter = expr.parameter === undefined ? undefined : await evaluation.scalar(expr.parameter);
  const accumulator = createAccumulator(expr, { steps, parameter, annotations: evaluation.options.annotations });
  const marked: boolean[] = [];
  for await (const block of evaluation.vector(expr.expr)) {
    for (const [row, labels] of block.labels.entries()) {
      const group = groups.numberOf(labels);
      if (block.dropName?.[row] === 1) marked[group] = true;
      addRow(accumulator, block, { row, group });
    }
  }
  evaluation.budget.take(groups.labels.length * steps);
  const output = new BlockBuilder(steps, groups.labels.length);
  for (const [group, labels] of groups.labels.entries()) {
    const row = output.addRow(labels);
    if (marked[group] === true && expr.grouping.includes(METRIC_NAME)) output.markDropName(row);
    for (let step = 0; step < steps; step++) {
      const result = accumulator.result(group, step);
      if (typeof result === 'number') output.set(row, step, result);
      else if (result !== undefined) output.setHistogram(row, step, result);
    }
  }
  evaluation.budget.release(groups.labels.length * steps);
  return output.toBlock();
}

function addRow(
  accumulator: Accumulator,
  { present, values, steps, histograms }: SeriesBlock,
  { row, group }: { row: number; group: number },
): void {
  accumulator.reserve(group + 1);
  for (let step = 0, at = row * steps; step < steps; step++, at++) {
    if (present[at] === PRESENT) accumulator.add(group, step, values[at]!);
    else if (present[at] !== ABSENT) accumulator.addHistogram(group, step, histograms![at]!);
  }
}
