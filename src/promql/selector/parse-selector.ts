import { METRIC_NAME } from '../../model/label-set.ts';
import { createMatcher, type Matcher, type MatchOperator, type Selector } from '../../model/matcher.ts';
import { unquoteString } from '../lexer/unquote-string.ts';
import { readSelectorTokens } from './read-selector-tokens.ts';
import { readSelectorTree } from './read-selector-tree.ts';
import { regexpSize } from './regexp-size.ts';
import { hasLooseBytes, regexpProblem } from './regexp-problem.ts';
import { selectorError } from './selector-error.ts';
import { withoutGroupNames } from './without-group-names.ts';
import type { MatcherPart, SelectorPart, Span } from './selector-parts.ts';
import { tokenize } from './selector-tokens.ts';

/**
 * By how many instructions the regular expressions of one request may outgrow their text by repetition (`x{1000}`).
 * Prometheus has no such bound; it is what keeps a small request from costing seconds and hundreds of megabytes.
 */
export const maxRepeatedSize = 10_000;

/** What is left of {@link maxRepeatedSize}. */
interface Budget {
  size: number;
}

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

function parseWithin(text: string, budget: Budget): Selector {
  const tokens = tokenize(text);
  const parts = readSelectorTree(text, tokens) ?? readSelectorTokens(text, tokens);
  return { matchers: Array.from(parts, (part) => toMatcher(text, part, budget)) };
}

function toMatcher(text: string, part: SelectorPart, budget: Budget): Matcher {
  if (part.kind === 'name') return createMatcher(METRIC_NAME, '=', plain(part.name));
  const value = unquoteString(part.value.text);
  if (part.operator === '=' || part.operator === '!=') return createMatcher(plain(part.name), part.operator, value);
  budget.size -= repeatedSize(value);
  if (budget.size >= 0) return toRegexMatcher(text, part, value);
  const excess = maxRepeatedSize - budget.size;
  const problem = `repetitions expand regular expressions by ${excess} instructions, the limit is ${maxRepeatedSize}`;
  throw selectorError(text, part.name.start, problem);
}

function repeatedSize(expression: string): number {
  return expression.includes('{') ? Math.max(0, regexpSize(expression) - expression.length) : 0;
}

function toRegexMatcher(text: string, part: MatcherPart, value: string): Matcher {
  const name = plain(part.name);
  const matcher = compileMatcher(name, part.operator, value);
  if (matcher !== undefined) return matcher;
  const problem = regexpProblem(value);
  if (!problem.includes('duplicate capture group name')) throw selectorError(text, part.name.start, problem);
  // Go accepts one name for two groups, re2js does not; a matcher has no use for names.
  const nameless = withoutGroupNames(value);
  const namelessMatcher = compileMatcher(name, part.operator, nameless);
  if (namelessMatcher !== undefined) return { ...namelessMatcher, value };
  const remaining = regexpProblem(nameless).replace(`\`${nameless}\``, () => `\`${value}\``);
  throw selectorError(text, part.name.start, remaining);
}

/** `undefined` where the expression is none. */
function compileMatcher(name: string, operator: MatchOperator, expression: string): Matcher | undefined {
  if (hasLooseBytes(expression)) return undefined;
  try {
    return createMatcher(name, operator, expression);
  } catch {
    return undefined;
  }
}

function plain(name: Span): string {
  return /^["'`]/.test(name.text) ? unquoteString(name.text) : name.text;
}
