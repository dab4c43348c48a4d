import { createMatcher } from '../../model/matcher.ts';
import type { MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { printExpr } from '../print/print-expr.ts';
import type { PlanShard } from './plan-shard.ts';

/**
 * Labels that tell a shard from others as long as no series has them of its own, and that the shard does not say to own:
 * with one of its own a series may be one of another shard.
 */
export function unownedTelling(shards: readonly PlanShard[], index: number): readonly string[] {
  const { labels, ownsLabels } = shards[index]!;
  const names = new Set<string>();
  for (const other of shards) {
    const telling = Object.keys(labels)
      .filter((name) => other.labels[name] !== undefined && other.labels[name] !== labels[name])
      .sort();
    const isProved = telling.some((name) => ownsLabels.includes(name) && other.ownsLabels.includes(name));
    const [name] = telling;
    if (!isProved && name !== undefined && !ownsLabels.includes(name)) names.add(name);
  }
  return [...names];
}

/** Carried by the series that {@link orStrangers} adds, and by no other. */
export const STRANGERS_LABEL = 'promgate_strangers';

/**
 * A query with the answer of `text`, and one series more where a series that `selector` reads has one of the labels: in one
 * question, because a server takes as long for a second one as for most first ones.
 */
export function orStrangers(text: string, selector: VectorSelector | MatrixSelector, names: readonly string[]): string {
  const counts = names.map((name) => {
    const carrying = (plain: VectorSelector): VectorSelector => ({
      ...plain,
      matchers: [...plain.matchers, createMatcher(name, '!=', '')],
    });
    if (selector.kind === 'vector-selector') return `count(${printExpr(carrying(selector))})`;
    return `count(present_over_time(${printExpr({ ...selector, selector: carrying(selector.selector) })}))`;
  });
  return `${text} or label_replace(${counts.join(' or ')}, "${STRANGERS_LABEL}", "1", "", "")`;
}
