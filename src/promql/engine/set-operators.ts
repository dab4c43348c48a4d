import type { BinaryExpr } from '../ast/ast.ts';
import { concatBlocks } from './block-rows.ts';
import { SignatureTable } from './match-signature.ts';
import { ABSENT, type SeriesBlock } from './series-block.ts';

/** `and`, `or`, `unless`, step by step. Overwrites both blocks. */
export function combineSets({ operator, matching }: BinaryExpr, left: SeriesBlock, right: SeriesBlock): SeriesBlock {
  const table = new SignatureTable(matching!);
  const leftGroups = left.labels.map((labels) => table.numberOf(labels));
  const rightGroups = right.labels.map((labels) => table.numberOf(labels));
  if (operator === 'or') {
    erase(right, rightGroups, occupied(left, leftGroups, table.size), 1);
    return concatBlocks([left, right], left.steps);
  }
  erase(left, leftGroups, occupied(right, rightGroups, table.size), operator === 'and' ? 0 : 1);
  return left;
}

/** For each group and step whether a series of the group is there: groups × steps. */
function occupied({ present, steps }: SeriesBlock, groups: readonly number[], size: number): Uint8Array {
  const found = new Uint8Array(size * steps);
  for (const [row, group] of groups.entries()) {
    for (let step = 0; step < steps; step++) {
      if (present[row * steps + step] !== ABSENT) found[group * steps + step] = 1;
    }
  }
  return found;
}

/** Takes out the samples where `found` is `where`. */
function erase({ present, steps }: SeriesBlock, groups: readonly number[], found: Uint8Array, where: 0 | 1): void {
  for (const [row, group] of groups.entries()) {
    for (let step = 0; step < steps; step++) {
      if (found[group * steps + step] === where) present[row * steps + step] = ABSENT;
    }
  }
}
