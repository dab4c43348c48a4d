import { hashLabels } from '../../model/hash-labels.ts';
import type { Aggregation } from '../ast/ast.ts';
import { goG } from '../functions/go-float.ts';
import { info, warning } from '../functions/warnings.ts';
import type { GroupTable } from './group-table.ts';
import { selectRows } from './block-rows.ts';
import type { Evaluation } from './evaluation.ts';
import { QueryError } from './query-error.ts';
import { ABSENT, PRESENT, type SeriesBlock } from './series-block.ts';

/**
 * `topk`, `bottomk`, `limitk`, `limit_ratio`: series of the operand, each kept at the steps at which it was picked. For
 * one step `topk` and `bottomk` give them in order, group by group.
 */
export async function pickSeries(expr: Aggregation, groups: GroupTable, evaluation: Evaluation): Promise<SeriesBlock> {
  const parameter = await evaluation.scalar(expr.parameter!);
  const block = await evaluation.wholeVector(expr.expr);
  const rowsOfGroup: number[][] = [];
  for (const [row, labels] of block.labels.entries()) (rowsOfGroup[groups.numberOf(labels)] ??= []).push(row);
  const picked = new Uint8Array(block.present.length);
  const order: number[] = [];
  for (let step = 0; step < block.steps; step++) {
    const pick = createPick(expr, parameter[step]!, evaluation);
    for (const rows of rowsOfGroup) {
      const present = rows.filter((row) => block.present[row * block.steps + step] !== ABSENT);
      for (const row of pick(block, present, step)) {
        picked[row * block.steps + step] = 1;
        order.push(row);
      }
    }
  }
  for (let at = 0; at < picked.length; at++) if (picked[at] === 0) block.present[at] = ABSENT;
  return block.steps === 1 ? selectRows(block, order) : block;
}

type Pick = (block: SeriesBlock, rows: readonly number[], step: number) => readonly number[];

function createPick(expr: Aggregation, parameter: number, evaluation: Evaluation): Pick {
  if (expr.operator === 'limit_ratio') return pickShare(ratioOf(expr, parameter, evaluation));
  const count = countOf(parameter);
  if (expr.operator === 'limitk') return (_block, rows) => rows.slice(0, count);
  const direction = expr.operator === 'topk' ? -1 : 1;
  const note = (): void =>
    evaluation.options.annotations.add(info(`ignored histogram in ${expr.operator} aggregation`, expr.expr.span));
  return (block, rows, step) => {
    const at = (row: number): number => row * block.steps + step;
    const floats = rows.filter((row) => block.present[at(row)] === PRESENT);
    if (floats.length < rows.length && count > 0) note();
    return floats.sort((a, b) => compareValues(block.values[at(a)]!, block.values[at(b)]!, direction)).slice(0, count);
  };
}

/** NaN last, whichever way. */
function compareValues(a: number, b: number, direction: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -direction : direction;
}

function countOf(parameter: number): number {
  if (!(Math.abs(parameter) < 2 ** 63)) {
    const bound = parameter < 0 ? 'underflows' : 'overflows';
    throw new QueryError('execution', `Scalar value ${goG(parameter)} ${bound} int64`);
  }
  return Math.max(0, Math.trunc(parameter));
}

function ratioOf({ parameter }: Aggregation, ratio: number, { options }: Evaluation): number {
  if (Number.isNaN(ratio)) throw new QueryError('execution', 'Ratio value is NaN');
  const capped = Math.max(-1, Math.min(1, ratio));
  if (capped !== ratio) {
    const text = `ratio value should be between -1 and 1, got ${goG(ratio)}, capping to ${goG(capped)}`;
    options.annotations.add(warning(text, parameter!.span));
  }
  return capped;
}

/** Series by where the hash of their labels falls, so that a ratio and its complement share out all of them. */
function pickShare(ratio: number): Pick {
  const words = new Uint32Array(2);
  return (block, rows) =>
    rows.filter((row) => {
      hashLabels(block.labels[row]!, words);
      const place = (words[1]! * 2 ** 32 + words[0]!) / 2 ** 64;
      return ratio >= 0 ? place < ratio : place >= 1 + ratio;
    });
}
