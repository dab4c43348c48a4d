import type { Matcher } from '../model/matcher.ts';

/** The one place that every selector of every endpoint passes before anything is fetched for it. */
export interface SelectorGate {
  /** The matchers with those that are enforced; enforcing them twice means the same as once. */
  enforce(matchers: readonly Matcher[]): readonly Matcher[];
}

/** A gate that lets everything through as it is. */
export const openGate: SelectorGate = { enforce: (matchers) => matchers };
