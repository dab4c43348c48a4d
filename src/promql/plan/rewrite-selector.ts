import { createMatcher, type Matcher } from '../../model/matcher.ts';
import type { VectorSelector } from '../ast/ast.ts';
import type { PlanShard } from './plan-shard.ts';
import { asExpression, isElsewhere } from './route-selector.ts';

/**
 * The one selector that means on a shard what `selector` means on the whole, `nothing` where the shard has none of it,
 * `inexpressible` where it would take two.
 */
export function rewriteSelector(
  selector: VectorSelector,
  shard: PlanShard,
  replicaLabels: readonly string[],
): VectorSelector | 'nothing' | 'inexpressible' {
  if (isElsewhere(selector.matchers, shard)) return 'nothing';
  const matchers: Matcher[] = [];
  for (const matcher of selector.matchers) {
    const value = replicaLabels.includes(matcher.name) ? '' : shard.labels[matcher.name];
    const rewritten =
      value === undefined
        ? [matcher]
        : rewriteMatcher(matcher, { value, isOwned: shard.ownsLabels.includes(matcher.name) });
    if (typeof rewritten === 'string') return rewritten;
    matchers.push(...rewritten);
  }
  const { name, ...rest } = selector;
  return { ...rest, ...(name === undefined ? {} : { name }), matchers };
}

function rewriteMatcher(
  matcher: Matcher,
  { value, isOwned }: { readonly value: string; readonly isOwned: boolean },
): readonly Matcher[] | 'nothing' | 'inexpressible' {
  const { name, operator } = matcher;
  if (!matcher.accepts(value)) {
    if (isOwned || (operator === '=' && matcher.value === '')) return 'nothing';
    return [asExpression(matcher), createMatcher(name, '!=', '')];
  }
  if (isOwned) return [];
  if (matcher.accepts('')) return [matcher];
  // A series without the label is meant as well.
  if (operator === '!=') return [];
  if (operator === '!~') return 'inexpressible';
  return [createMatcher(name, '=~', `(?:${asExpression(matcher).value})|`)];
}
