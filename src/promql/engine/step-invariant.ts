import type { Expr } from '../ast/ast.ts';
import { childrenOf } from '../ast/walk.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { SeriesBlock } from './series-block.ts';

/** Functions that look at the time of evaluation, not only at their arguments. */
const looksAtTime: ReadonlySet<string> = new Set([
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'days_in_month',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
  'info',
]);

/** Whether a vector has the same value at every step: all that it selects is fixed by `@`. */
export function isStepInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vector-selector':
      return expr.at !== undefined;
    case 'matrix-selector':
    case 'rule-outputs':
      return expr.selector.at !== undefined;
    case 'subquery':
      return expr.at !== undefined;
    case 'number':
    case 'string':
      return true;
    case 'fetched':
      return false;
    case 'call':
      return expr.args.length > 0 && !looksAtTime.has(expr.function) && expr.args.every((arg) => isStepInvariant(arg));
    default:
      return childrenOf(expr).every((child) => isStepInvariant(child));
  }
}

/** A block of one step as one of `steps` equal ones. */
export function spreadBlock(block: SeriesBlock, steps: number): SeriesBlock {
  const rows = block.labels.length;
  const values = new Float64Array(rows * steps);
  const present = new Uint8Array(rows * steps);
  const histograms: (FloatHistogram | undefined)[] | undefined = block.histograms === undefined ? undefined : [];
  for (let row = 0; row < rows; row++) {
    values.fill(block.values[row]!, row * steps, (row + 1) * steps);
    present.fill(block.present[row]!, row * steps, (row + 1) * steps);
    if (histograms === undefined || block.histograms![row] === undefined) continue;
    for (let step = 0; step < steps; step++) histograms[row * steps + step] = block.histograms![row];
  }
  return {
    steps,
    labels: block.labels,
    values,
    present,
    ...(histograms === undefined ? {} : { histograms }),
    ...(block.dropName === undefined ? {} : { dropName: block.dropName }),
  };
}
