import { METRIC_NAME } from '../../model/label-set.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../../model/matcher.ts';
import { unquoteString } from '../lexer/unquote-string.ts';
import { regexpSize } from './regexp-size.ts';
import { hasLooseBytes, regexpProblem } from './regexp-problem.ts';
import { selectorError } from './selector-error.ts';
import { withoutGroupNames } from './without-group-names.ts';
import type { SelectorPart, Span } from './selector-parts.ts';

/**
 * By how many instructions the regular expressions of one request may outgrow their text by repetition (`x{1000}`).
 * Prometheus has no such bound; it is what keeps a small request from costing seconds and hundreds of megabytes.
 */
export const maxRepeatedSize = 10_000;

/** What is left of {@link maxRepeatedSize}. */
export interface RegexpBudget {
  size: number;
}

/**
 * The matcher that a part of a selector stands for.
 * @throws {@link GatewayError} `PG_SELECTOR_INVALID` where its regular expression is none, or the budget is used up
 */
export function toMatcher(text: string, part: SelectorPart, budget: RegexpBudget): Matcher {
  if (part.kind === 'name') return createMatcher(METRIC_NAME, '=', plain(part.name));
  const value = unquoteString(part.value.text);
  if (part.operator === '=' || part.operator === '!=') return createMatcher(plain(part.name), part.operator, value);
  const matcher = compileRegexMatcher({ name: plain(part.name), operator: part.operator, value }, budget);
  if ('problem' in matcher) throw selectorError(text, part.name.start, matcher.problem);
  return matcher;
}

/** The matcher of a regular expression, or what Go says against it (`error parsing regexp: …`), or that the budget is used up. */
export function compileRegexMatcher(
  { name, operator, value }: Pick<Matcher, 'name' | 'operator' | 'value'>,
  budget: RegexpBudget,
): Matcher | { readonly problem: string } {
  budget.size -= repeatedSize(value);
  if (budget.size < 0) {
    const excess = maxRepeatedSize - budget.size;
    return {
      problem: `repetitions expand regular expressions by ${excess} instructions, the limit is ${maxRepeatedSize}`,
    };
  }
  const matcher = compileMatcher(name, operator, value);
  if (matcher !== undefined) return matcher;
  const problem = regexpProblem(value);
  if (!problem.includes('duplicate capture group name')) return { problem };
  // Go accepts one name for two groups, re2js does not; a matcher has no use for names.
  const nameless = withoutGroupNames(value);
  const namelessMatcher = compileMatcher(name, operator, nameless);
  if (namelessMatcher !== undefined) return { ...namelessMatcher, value };
  return { problem: regexpProblem(nameless).replace(`\`${nameless}\``, () => `\`${value}\``) };
}

function repeatedSize(expression: string): number {
  return expression.includes('{') ? Math.max(0, regexpSize(expression) - expression.length) : 0;
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
