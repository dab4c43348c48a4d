import type { RuleOutputs } from '../ast/ast.ts';
import { BlockBuilder } from './block-builder.ts';
import type { Evaluation } from './evaluation.ts';
import { labelsKey } from './label-groups.ts';
import { QueryError } from './query-error.ts';
import type { SelectHints } from './sample-source.ts';
import { selectTimesMs } from './select-times.ts';
import { selectorBlocks } from './selector-blocks.ts';
import type { SeriesBlock } from './series-block.ts';

/** What rules make of their sources, and what is stored under such names; of one label set what the rule makes. */
export async function* ruleOutputBlocks(
  { selector }: RuleOutputs,
  evaluation: Evaluation,
  hints: SelectHints,
): AsyncGenerator<SeriesBlock, void> {
  const { source, signal, lookbackDeltaMs } = evaluation.options;
  if (source.ruleOutputs === undefined) throw new QueryError('internal', 'this source knows no rules');
  let held = 0;
  const outputs = await source.ruleOutputs(
    {
      matchers: selector.matchers,
      timesMs: selectTimesMs(selector, evaluation.grid, evaluation.options),
      lookbackDeltaMs,
      countRead: (samples) => evaluation.budget.countRead(samples),
      hold(samples) {
        held += samples;
        evaluation.budget.take(samples);
      },
    },
    signal,
  );
  evaluation.budget.release(held);
  const computed = new Set(outputs.labels.map((labels) => labelsKey(labels)));
  const options = { hints: { ...hints, stepMs: evaluation.grid.stepMs }, takesTime: false };
  evaluation.budget.take(outputs.values.length);
  yield outputs;
  evaluation.budget.release(computed.size * outputs.steps);
  for await (const stored of selectorBlocks(selector, evaluation, options)) yield withoutRows(stored, computed);
}

function withoutRows(block: SeriesBlock, keys: ReadonlySet<string>): SeriesBlock {
  if (keys.size === 0 || !block.labels.some((labels) => keys.has(labelsKey(labels)))) return block;
  const kept = new BlockBuilder(block.steps, block.labels.length);
  for (const [row, labels] of block.labels.entries()) {
    if (keys.has(labelsKey(labels))) continue;
    const target = kept.addRow(labels);
    for (let step = 0; step < block.steps; step++) kept.copy(target, step, { block, at: row * block.steps + step });
  }
  return kept.toBlock();
}
