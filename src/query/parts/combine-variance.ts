import { KahanSum } from '../../promql/functions/kahan-sum.ts';
import { BlockBuilder } from '../../promql/engine/block-builder.ts';
import { rowsByLabels } from '../../promql/engine/block-rows.ts';
import { labelsKey } from '../../promql/engine/label-groups.ts';
import { PRESENT, type SeriesBlock } from '../../promql/engine/series-block.ts';
import { NotPushable } from './ask-shard.ts';
import type { ShardBlocks } from './shard-blocks.ts';

/** How much less than the squares of the means a variance may be before their rounding shows in it: leaves ten digits. */
const leastShare = 1e-5;

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/**
 * The variance (or its root) over all shards, of the count, mean and variance that each gave.
 * @throws NotPushable where rounding could show, and where a shard gave not all three
 */
export function combineVariance(answers: readonly ShardBlocks[], steps: number, isDeviation: boolean): SeriesBlock {
  const output = new BlockBuilder(steps);
  for (const [at, parts] of momentsOf(answers, output).entries()) {
    if (parts === undefined) continue;
    const variance = pooled(parts);
    output.set(Math.floor(at / steps), at % steps, isDeviation ? Math.sqrt(variance) : variance);
  }
  return output.toBlock();
}

/** What the shards gave by row and step of the output, whose rows are added; sparse. */
function momentsOf(answers: readonly ShardBlocks[], output: BlockBuilder): Moments[][] {
  const { steps } = output;
  const moments: Moments[][] = [];
  for (const { blocks, attach } of answers) {
    const momentAt = momentReader(blocks as [SeriesBlock, SeriesBlock, SeriesBlock]);
    for (const [row, own] of blocks[0]!.labels.entries()) {
      const target = output.rowOf(attach(own));
      for (let step = 0; step < steps; step++) {
        const moment = momentAt(row, step);
        if (moment !== undefined) (moments[target * steps + step] ??= []).push(moment);
      }
    }
  }
  return moments;
}

/** Reads a shard's answer at a row of its counts and a step. */
function momentReader([counts, means, variances]: readonly [SeriesBlock, SeriesBlock, SeriesBlock]) {
  const [meanRows, varianceRows] = [rowsByLabels(means), rowsByLabels(variances)];
  return (row: number, step: number): Moments | undefined => {
    const count = sampleAt(counts, row, step);
    if (count === undefined) return undefined;
    const key = labelsKey(counts.labels[row]!);
    const mean = sampleAt(means, meanRows.get(key), step);
    const variance = sampleAt(variances, varianceRows.get(key), step);
    if (mean === undefined || variance === undefined) throw new NotPushable('a shard has a part of a variance only');
    return { count, mean, variance };
  };
}

function sampleAt({ values, present, steps }: SeriesBlock, row: number | undefined, step: number): number | undefined {
  if (row === undefined || present[row * steps + step] !== PRESENT) return undefined;
  return values[row * steps + step]!;
}

function pooled(parts: readonly Moments[]): number {
  if (parts.length === 1) return parts[0]!.variance;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const total = new KahanSum();
  for (const part of parts) total.add((part.count / count) * part.mean);
  const mean = total.value;
  const squares = new KahanSum();
  for (const part of parts) squares.add((part.count / count) * (part.variance + (part.mean - mean) ** 2));
  const variance = squares.value;
  const magnitude = Math.max(...parts.map((part) => part.mean ** 2));
  if (variance < leastShare * magnitude) throw new NotPushable('the variance is lost in the rounding of the means');
  return variance;
}
