import { BlockBuilder } from './block-builder.ts';
import { labelsKey } from './label-groups.ts';
import { QueryError } from './query-error.ts';
import { ABSENT, type SeriesBlock } from './series-block.ts';

/**
 * Rows with equal labels become one where at most one of them is present at each step, as a server that evaluates step by
 * step would have it.
 * @throws QueryError `execution` where two are present at once
 */
export function mergeSameLabels(block: SeriesBlock): SeriesBlock {
  const rows = new Map<string, number>();
  const hasTwins = block.labels.some((labels, row) => {
    const key = labelsKey(labels);
    if (rows.has(key)) return true;
    rows.set(key, row);
    return false;
  });
  return hasTwins ? mergeRows(block) : block;
}

function mergeRows(block: SeriesBlock): SeriesBlock {
  const { steps } = block;
  const output = new BlockBuilder(steps, block.labels.length);
  for (const [row, labels] of block.labels.entries()) {
    const target = output.rowOf(labels);
    if (block.dropName?.[row] === 1) output.markDropName(target);
    for (let step = 0; step < steps; step++) {
      const at = row * steps + step;
      if (block.present[at] === ABSENT) continue;
      if (output.present[target * steps + step] !== ABSENT) throw sameLabels();
      output.copy(target, step, { block, at });
    }
  }
  return output.toBlock();
}

export function sameLabels(): QueryError {
  return new QueryError('execution', 'vector cannot contain metrics with the same labelset');
}
