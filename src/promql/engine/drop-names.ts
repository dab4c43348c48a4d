import { METRIC_NAME } from '../../model/label-set.ts';
import type { Call, Expr } from '../ast/ast.ts';
import { picksSeries } from '../ast/picks-series.ts';
import { functionImplementation } from '../functions/registry.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import type { Evaluation } from './evaluation.ts';
import { dropMetricName } from './label-groups.ts';
import { mergeSameLabels } from './merge-same-labels.ts';
import { concatBlocks } from './block-rows.ts';
import type { SeriesBlock } from './series-block.ts';

/** Takes the metric names off, now or (delayed) by a mark. Overwrites the block. */
export function dropNames(block: SeriesBlock, { options }: Evaluation): SeriesBlock {
  if (options.delayedNameRemoval) return { ...block, dropName: new Uint8Array(block.labels.length).fill(1) };
  return { ...block, labels: block.labels.map((labels) => dropMetricName(labels, options)) };
}

/** Takes off the names that were marked, at the end of a query. */
export function dropMarkedNames(block: SeriesBlock, options: EvaluateOptions): SeriesBlock {
  const { dropName, ...rest } = block;
  if (dropName === undefined) return block;
  const labels = block.labels.map((own, row) => (dropName[row] === 1 ? dropMetricName(own, options) : own));
  return mergeSameLabels({ ...rest, labels });
}

/**
 * Blocks whose names were dropped, as they come where that cannot make two series one, else as one block in which equal
 * label sets are merged.
 */
export async function* afterNameDrop(
  blocks: AsyncIterable<SeriesBlock>,
  operand: Expr,
  evaluation: Evaluation,
): AsyncGenerator<SeriesBlock, void> {
  if (evaluation.options.delayedNameRemoval || !namesMayDiffer(operand)) {
    yield* blocks;
    return;
  }
  const all: SeriesBlock[] = [];
  for await (const block of blocks) all.push(block);
  if (all.length > 0) yield mergeSameLabels(concatBlocks(all, evaluation.grid.steps));
}

/** Whether the series of an expression may differ in nothing but their metric names. */
function namesMayDiffer(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vector-selector':
      return !expr.matchers.some(
        ({ name, operator, value }) => name === METRIC_NAME && operator === '=' && value !== '',
      );
    case 'matrix-selector':
    case 'rule-outputs':
      return namesMayDiffer(expr.selector);
    case 'subquery':
      return namesMayDiffer(expr.expr);
    case 'paren':
      return namesMayDiffer(expr.inner);
    case 'unary':
      return false;
    case 'aggregation':
      return expr.grouping.includes(METRIC_NAME) || picksSeries(expr.operator);
    case 'call':
      return namesOfCallMayDiffer(expr);
    default:
      return true;
  }
}

function namesOfCallMayDiffer({ function: called, args }: Call): boolean {
  const implementation = functionImplementation(called);
  if (implementation?.shape === 'vector') return true;
  const keepsName = implementation?.shape !== 'scalar' && implementation?.keepsName === true;
  return keepsName && args.some(namesMayDiffer);
}
