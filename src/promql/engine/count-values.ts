import { allBuckets } from '../../model/histogram/all-buckets.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { Aggregation } from '../ast/ast.ts';
import { goG } from '../functions/go-float.ts';
import { withLabel } from '../functions/label-functions.ts';
import { goQuote } from '../lexer/go-quote.ts';
import { GroupTable } from './group-table.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Evaluation } from './evaluation.ts';
import { labelsKey } from './label-groups.ts';
import { QueryError } from './query-error.ts';
import { ABSENT, PRESENT, type SeriesBlock } from './series-block.ts';

/** `count_values("label", v)`: how many series have each value, the value as a label. */
export async function countValues(expr: Aggregation, evaluation: Evaluation): Promise<SeriesBlock> {
  const label = evaluation.string(expr.parameter!);
  if (label === '' || !label.isWellFormed()) throw new QueryError('execution', `invalid label name ${goQuote(label)}`);
  const output = new BlockBuilder(evaluation.grid.steps);
  const rows = new Map<string, number>();
  // Where the label is one of the grouping, the value takes its place.
  const grouped = new GroupTable({ grouping: expr.grouping, without: expr.without });
  for await (const block of evaluation.vector(expr.expr)) {
    for (const [row, labels] of block.labels.entries()) {
      const base = grouped.labels[grouped.numberOf(labels)]!;
      for (let step = 0; step < block.steps; step++) {
        const at = row * block.steps + step;
        if (block.present[at] === ABSENT) continue;
        const counted = withLabel(base, label, textOf(block, at));
        const key = labelsKey(counted);
        const target = rows.get(key) ?? output.addRow(counted);
        rows.set(key, target);
        const there = target * output.steps + step;
        output.set(target, step, output.present[there] === ABSENT ? 1 : output.values[there]! + 1);
      }
    }
  }
  return output.toBlock();
}

function textOf({ present, values, histograms }: SeriesBlock, at: number): string {
  return present[at] === PRESENT ? plainFloat(values[at]!) : histogramText(histograms![at]!);
}

/** Go's `'f'` with the fewest digits: never an exponent. */
function plainFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, first, rest = '', exponent] = match;
  const digits = first + rest;
  const places = Number(exponent);
  return places < 0 ? `${sign}0.${'0'.repeat(-places - 1)}${digits}` : `${sign}${digits.padEnd(places + 1, '0')}`;
}

function histogramText(histogram: FloatHistogram): string {
  const buckets = allBuckets(histogram).map(({ lower, upper, lowerInclusive, upperInclusive, count }) => {
    const range = `${lowerInclusive ? '[' : '('}${goG(lower)},${goG(upper)}${upperInclusive ? ']' : ')'}`;
    return `, ${range}:${goG(count)}`;
  });
  return `{count:${goG(histogram.count)}, sum:${goG(histogram.sum)}${buckets.join('')}}`;
}
