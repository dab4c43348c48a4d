import { createMatcher, type Matcher } from '../../model/matcher.ts';
import { fixedRemainder } from './hashmod-shard.ts';
import type { PlanShard } from './plan-shard.ts';

/** Disjoint selections that together are what a selector means on one shard; none = the shard has nothing of it. */
export interface SelectorRoute {
  readonly branches: readonly (readonly Matcher[])[];
  /** What a series must match once the shard's labels are attached. */
  readonly recheck: readonly Matcher[];
}

/**
 * Which raw series of a shard a selector means, seen with the shard's labels attached and its replica labels gone. A
 * series' own label of the name of a shard's label counts for more; replica labels count as absent.
 */
export function routeSelector(
  matchers: readonly Matcher[],
  shard: PlanShard,
  replicaLabels: readonly string[],
): SelectorRoute {
  if (isElsewhere(matchers, shard)) return { branches: [], recheck: [] };
  const attached = (name: string): string | undefined => {
    if (replicaLabels.includes(name)) return '';
    return Object.hasOwn(shard.labels, name) ? shard.labels[name] : undefined;
  };
  const plain = matchers.filter(({ name }) => attached(name) === undefined);
  const special = new Map<string, Matcher[]>();
  for (const matcher of matchers) {
    if (attached(matcher.name) === undefined) continue;
    special.set(matcher.name, [...(special.get(matcher.name) ?? []), matcher]);
  }
  let branches: readonly (readonly Matcher[])[] = [plain];
  for (const [name, own] of special) {
    const choices = choicesOf(name, own, { value: attached(name)!, isOwned: shard.ownsLabels.includes(name) });
    branches = branches.flatMap((branch) => choices.map((choice) => [...branch, ...choice]));
  }
  return { branches, recheck: [...special.values()].flat() };
}

/** Whether hashing proves that the shard has nothing of it. */
export function isElsewhere(matchers: readonly Matcher[], { hashmod }: Pick<PlanShard, 'hashmod'>): boolean {
  const remainder = hashmod === undefined ? undefined : fixedRemainder(matchers, hashmod.rule);
  return remainder !== undefined && remainder !== hashmod?.index;
}

/** The ways in which a series can satisfy the matchers of one label that is attached with `value` where it is missing. */
function choicesOf(
  name: string,
  matchers: readonly Matcher[],
  { value, isOwned }: { readonly value: string; readonly isOwned: boolean },
): readonly (readonly Matcher[])[] {
  const isAccepted = matchers.every((matcher) => matcher.accepts(value));
  if (isOwned) return isAccepted ? [[]] : [];
  const carried = [...matchers.map((matcher) => asExpression(matcher)), createMatcher(name, '!=', '')];
  // Contradictions need not be asked for.
  const canCarry = !matchers.some(({ operator, value: wanted }) => operator === '=' && wanted === '');
  return [...(isAccepted ? [[createMatcher(name, '=', '')]] : []), ...(canCarry ? [carried] : [])];
}

/** A server takes an equality with one of its external labels for the label's absence; an expression it leaves alone. */
export function asExpression(matcher: Matcher): Matcher {
  if (matcher.operator !== '=') return matcher;
  return createMatcher(matcher.name, '=~', matcher.value.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`));
}
