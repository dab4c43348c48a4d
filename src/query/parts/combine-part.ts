import type { SeriesLabels } from '../../model/series-labels.ts';
import { BlockBuilder } from '../../promql/engine/block-builder.ts';
import { labelsKey } from '../../promql/engine/label-groups.ts';
import { rowsByLabels } from '../../promql/engine/block-rows.ts';
import { sameLabels } from '../../promql/engine/merge-same-labels.ts';
import { ABSENT, type SeriesBlock } from '../../promql/engine/series-block.ts';
import type { Combination, PushedPart } from '../../promql/plan/query-plan.ts';
import { combineVariance } from './combine-variance.ts';
import { NotPushable } from './ask-shard.ts';
import { PartialSum } from './partial-sum.ts';
import type { ShardBlocks } from './shard-blocks.ts';

/**
 * One vector of what the shards answered.
 * @throws QueryError where two shards gave the same series; NotPushable where the shards' numbers do not give it exactly
 */
export function combinePart({ combination }: PushedPart, answers: readonly ShardBlocks[], steps: number): SeriesBlock {
  if (combination === 'stddev' || combination === 'stdvar') {
    return combineVariance(answers, steps, combination === 'stddev');
  }
  const columns = (text: number): SeriesBlock =>
    combineBlocks(
      combination === 'avg' ? 'sum' : combination,
      answers.map(({ blocks, attach }) => ({ block: blocks[text]!, attach })),
      steps,
    );
  return combination === 'avg' ? divide(columns(0), columns(1)) : columns(0);
}

interface Attached {
  readonly block: SeriesBlock;
  readonly attach: (labels: SeriesLabels) => SeriesLabels;
}

type SimpleCombination = Exclude<Combination, 'avg' | 'stddev' | 'stdvar'>;

function combineBlocks(combination: SimpleCombination, answers: readonly Attached[], steps: number): SeriesBlock {
  const output = new BlockBuilder(steps);
  const sums: PartialSum[] = [];
  for (const { block, attach } of answers) {
    for (const [row, own] of block.labels.entries()) {
      const target = output.rowOf(attach(own));
      for (let step = 0; step < steps; step++) {
        const at = row * steps + step;
        if (block.present[at] === ABSENT) continue;
        addSample(output, { row: target, step, value: block.values[at]!, sums }, combination);
      }
    }
  }
  for (const [at, sum] of sums.entries()) {
    if (sum === undefined) continue;
    if (sum.isCancelled) throw new NotPushable('sums of the shards cancel each other out');
    output.set(Math.floor(at / steps), at % steps, sum.value);
  }
  return output.toBlock();
}

interface Addition {
  readonly row: number;
  readonly step: number;
  readonly value: number;
  readonly sums: PartialSum[];
}

function addSample(output: BlockBuilder, { row, step, value, sums }: Addition, combination: SimpleCombination): void {
  const at = row * output.steps + step;
  const isFirst = output.present[at] === ABSENT;
  const known = output.values[at]!;
  switch (combination) {
    case 'concat':
      if (!isFirst) throw sameLabels();
      output.set(row, step, value);
      break;
    case 'sum':
      output.set(row, step, value);
      (sums[at] ??= new PartialSum()).add(value);
      break;
    case 'min':
      if (isFirst || value < known || Number.isNaN(known)) output.set(row, step, value);
      break;
    case 'max':
      if (isFirst || value > known || Number.isNaN(known)) output.set(row, step, value);
      break;
    case 'group':
      output.set(row, step, 1);
      break;
  }
}

function divide(sum: SeriesBlock, count: SeriesBlock): SeriesBlock {
  const rows = rowsByLabels(count);
  for (const [row, labels] of sum.labels.entries()) {
    const other = rows.get(labelsKey(labels));
    for (let step = 0; step < sum.steps; step++) {
      const at = row * sum.steps + step;
      if (sum.present[at] === ABSENT) continue;
      const divisor = other === undefined ? NaN : count.values[other * sum.steps + step]!;
      // The mean of huge values is finite though their sum is not.
      if (Math.abs(sum.values[at]!) === Infinity) throw new NotPushable('a sum overflowed');
      sum.values[at] = sum.values[at]! / divisor;
    }
  }
  return sum;
}
