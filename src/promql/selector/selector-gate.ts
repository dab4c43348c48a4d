import type { LabelSet } from '../../model/label-set.ts';
import { labelValue } from '../../model/label-set.ts';
import type { Matcher } from '../../model/matcher.ts';
import { formatMatcher } from './format-selector.ts';

/** The one place that every selector of every endpoint passes before anything is fetched for it. */
export interface SelectorGate {
  /** What is enforced; none for one who may see everything. */
  readonly enforced: readonly Matcher[];
  /** The matchers with those that are enforced; enforcing them twice means the same as once. */
  enforce(matchers: readonly Matcher[]): readonly Matcher[];
  /** Whether a series may be seen, `labels` as they leave; a label that it lacks counts as `""`. */
  admits(labels: LabelSet): boolean;
}

/** A gate that lets everything through as it is. */
export const openGate: SelectorGate = { enforced: [], enforce: (matchers) => matchers, admits: () => true };

/** A gate that lets through what all of these accept. A selector can only be narrowed: they come on top of its own. */
export function createGate(enforced: readonly Matcher[]): SelectorGate {
  const texts = enforced.map(formatMatcher);
  return {
    enforced,
    enforce(matchers) {
      const present = new Set(matchers.map(formatMatcher));
      return [...matchers, ...enforced.filter((_, i) => !present.has(texts[i]!))];
    },
    admits: (labels) => enforced.every((matcher) => matcher.accepts(labelValue(labels, matcher.name))),
  };
}
