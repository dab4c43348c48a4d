import type { Matcher } from '../../model/matcher.ts';

const everything: ReadonlySet<string> = new Set(['.*', '^.*$', '(.*)', '(?:.*)', '.*.*', '.*|.+', '.+|', '|.+']);

/** Whether a matcher is one of the usual ways to write "any value, or none". Others may accept everything as well. */
export function acceptsEverything(matcher: Pick<Matcher, 'operator' | 'value'>): boolean {
  return matcher.operator === '=~' && everything.has(matcher.value);
}
