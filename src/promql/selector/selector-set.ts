import { type LabelSet, labelValue, METRIC_NAME } from '../../model/label-set.ts';
import type { Matcher, Selector } from '../../model/matcher.ts';
import { acceptsEverything } from './accepts-everything.ts';
import { formatMatcher } from './format-selector.ts';
import { literalPrefixes } from './literal-prefixes.ts';

export interface SelectorSet {
  /** Whether the series of this metric name are matched: all of them, none, or it depends on their labels. */
  matchesName(name: string): 'all' | 'none' | 'some';
  /** Whether one of the selectors matches the series; a label that it lacks counts as `""`. */
  matches(name: string, labels: LabelSet): boolean;
}

/** One selector, taken apart. */
interface Candidate {
  readonly nameMatchers: readonly Matcher[];
  /** Beginnings of which the name must have one. */
  readonly prefixes: readonly string[];
  readonly labelMatchers: readonly Matcher[];
}

/**
 * The union of selectors. Those that name their metric are found by that name, others are tried one by one when a name
 * is first asked for; asking again for the same name is cheap. A selector without matchers matches nothing, as in
 * Prometheus, which looks series up by matchers.
 */
export function createSelectorSet(selectors: Iterable<Selector>): SelectorSet {
  const byName = new Map<string, Candidate[]>();
  const others: Candidate[] = [];
  for (const selector of selectors) {
    if (selector.matchers.length === 0) continue;
    const candidate = toCandidate(selector);
    const exact = candidate.nameMatchers.find((matcher) => matcher.operator === '=')?.value;
    if (exact === undefined) others.push(candidate);
    else if (acceptsName(candidate, exact)) byName.set(exact, [...(byName.get(exact) ?? []), candidate]);
  }
  // Lines come family by family: the answer for the last name is all that needs keeping.
  let lastName: string | undefined;
  let lastChoices: readonly (readonly Matcher[])[] = [];
  const choicesOf = (name: string): readonly (readonly Matcher[])[] => {
    if (name !== lastName) {
      lastChoices = choose([...(byName.get(name) ?? []), ...others.filter((other) => acceptsName(other, name))]);
      lastName = name;
    }
    return lastChoices;
  };
  return {
    matchesName(name) {
      const choices = choicesOf(name);
      if (choices.length === 0) return 'none';
      return choices[0]!.length === 0 ? 'all' : 'some';
    },
    matches: (name, labels) =>
      choicesOf(name).some((matchers) =>
        matchers.every((matcher) => matcher.accepts(labelValue(labels, matcher.name))),
      ),
  };
}

function toCandidate(selector: Selector): Candidate {
  const nameMatchers = selector.matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const regex = nameMatchers.find((matcher) => matcher.operator === '=~');
  return {
    nameMatchers,
    prefixes: regex === undefined ? [''] : literalPrefixes(regex.value),
    labelMatchers: selector.matchers.filter((matcher) => matcher.name !== METRIC_NAME && !acceptsEverything(matcher)),
  };
}

function acceptsName(candidate: Candidate, name: string): boolean {
  if (!candidate.prefixes.some((prefix) => name.startsWith(prefix))) return false;
  return candidate.nameMatchers.every((matcher) => matcher.accepts(name));
}

/** The label matchers of the candidates, equal ones once; a candidate without any makes all others pointless. */
function choose(candidates: readonly Candidate[]): readonly (readonly Matcher[])[] {
  if (candidates.some((candidate) => candidate.labelMatchers.length === 0)) return [[]];
  if (candidates.length < 2) return candidates.map((candidate) => candidate.labelMatchers);
  const distinct = new Map<string, readonly Matcher[]>();
  for (const { labelMatchers } of candidates) distinct.set(labelMatchers.map(formatMatcher).join(), labelMatchers);
  return [...distinct.values()];
}
