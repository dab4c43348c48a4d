import type { Selector } from '../../model/matcher.ts';
import { maxRepeatedSize, toMatcher, type RegexpBudget } from './compile-matcher.ts';
import { readSelectorTokens } from './read-selector-tokens.ts';
import { readSelectorTree } from './read-selector-tree.ts';
import { tokenize } from './selector-tokens.ts';

/**
 * The selector that one `match[]` holds; matchers in source order, equal ones kept. As on Prometheus' `/federate`, a name
 * may be given more than once (all must match) and `{}` is fine. Linear in the text.
 * @throws {@link GatewayError} `PG_SELECTOR_INVALID` with Prometheus' own message, position included.
 */
export function parseSelector(text: string): Selector {
  return parseWithin(text, { size: maxRepeatedSize });
}

/** All selectors of one request, as {@link parseSelector}; they share one bound, and the first bad one is the error. */
export function parseSelectors(texts: readonly string[]): readonly Selector[] {
  const budget = { size: maxRepeatedSize };
  return texts.map((text) => parseWithin(text, budget));
}

function parseWithin(text: string, budget: RegexpBudget): Selector {
  const tokens = tokenize(text);
  const parts = readSelectorTree(text, tokens) ?? readSelectorTokens(text, tokens);
  return { matchers: Array.from(parts, (part) => toMatcher(text, part, budget)) };
}
