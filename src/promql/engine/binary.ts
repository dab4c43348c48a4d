import type { BinaryExpr } from '../ast/ast.ts';
import { valueTypeOf } from '../ast/value-type.ts';
import { computeFloats, computeHistograms, isComparison, isSetOperator, type Sample } from './binary-sample.ts';
import { afterNameDrop, dropNames } from './drop-names.ts';
import type { Evaluation } from './evaluation.ts';
import { ABSENT, PRESENT, PRESENT_HISTOGRAM, type SeriesBlock } from './series-block.ts';
import { combineSets } from './set-operators.ts';
import { matchVectors } from './vector-matching.ts';

/** A binary operator with at least one vector. */
export async function* binaryBlocks(expr: BinaryExpr, evaluation: Evaluation): AsyncGenerator<SeriesBlock, void> {
  const leftIsVector = valueTypeOf(expr.left) === 'vector';
  if (leftIsVector && valueTypeOf(expr.right) === 'vector') {
    const left = await evaluation.wholeVector(expr.left);
    const right = await evaluation.wholeVector(expr.right);
    yield isSetOperator(expr.operator)
      ? combineSets(expr, left, right)
      : matchVectors(expr, { left, right }, evaluation);
    return;
  }
  const vector = leftIsVector ? expr.left : expr.right;
  const scalars = await evaluation.scalar(leftIsVector ? expr.right : expr.left);
  const blocks = scalarBlocks(expr, { scalars, leftIsVector }, evaluation);
  if (isComparison(expr.operator) && !expr.bool) yield* blocks;
  else yield* afterNameDrop(blocks, vector, evaluation);
}

export async function binaryScalar(expr: BinaryExpr, evaluation: Evaluation): Promise<Float64Array> {
  const left = await evaluation.scalar(expr.left);
  const right = await evaluation.scalar(expr.right);
  return left.map((value, step) => computeFloats(expr.operator, value, right[step]!));
}

interface ScalarSide {
  readonly scalars: Float64Array;
  readonly leftIsVector: boolean;
}

async function* scalarBlocks(
  expr: BinaryExpr,
  side: ScalarSide,
  evaluation: Evaluation,
): AsyncGenerator<SeriesBlock, void> {
  const isFilter = isComparison(expr.operator) && !expr.bool;
  for await (const block of evaluation.vector(side.leftIsVector ? expr.left : expr.right)) {
    applyFloats(expr, block, side);
    if (block.histograms !== undefined) applyHistograms(expr, block, { ...side, evaluation });
    yield isFilter ? block : dropNames(block, evaluation);
  }
}

function applyFloats(
  expr: BinaryExpr,
  { present, values, steps }: SeriesBlock,
  { scalars, leftIsVector }: ScalarSide,
): void {
  const { operator, bool } = expr;
  const isFilter = isComparison(operator) && !bool;
  for (let at = 0, step = 0; at < present.length; at++, step = step + 1 === steps ? 0 : step + 1) {
    if (present[at] !== PRESENT) continue;
    const value = values[at]!;
    const scalar = scalars[step]!;
    const result = leftIsVector ? computeFloats(operator, value, scalar) : computeFloats(operator, scalar, value);
    if (!isFilter) values[at] = result;
    else if (result === 0) present[at] = ABSENT;
  }
}

function applyHistograms(
  { operator, bool, span }: BinaryExpr,
  { present, values, steps, histograms }: SeriesBlock,
  { scalars, leftIsVector, evaluation }: ScalarSide & { readonly evaluation: Evaluation },
): void {
  const notes = { annotations: evaluation.options.annotations, span };
  for (let at = 0; at < present.length; at++) {
    if (present[at] !== PRESENT_HISTOGRAM) continue;
    const pair: [Sample, Sample] = [histograms![at]!, scalars[at % steps]!];
    if (!leftIsVector) pair.reverse();
    const result = computeHistograms(operator, ...pair, notes);
    if (result === undefined) present[at] = ABSENT;
    else if (typeof result !== 'boolean') histograms![at] = result;
    else if (bool) {
      present[at] = PRESENT;
      values[at] = Number(result);
    } else if (!result) present[at] = ABSENT;
  }
}
