export type NameMatcher = (name: string) => boolean;

/**
 * The metric name part of `match[]` selectors, as far as a replayed fleet needs it: matchers on other labels are taken
 * as true. Returns undefined when every name matches, so that the stored body can go out as it is.
 */
export function createNameMatcher(selectors: readonly string[]): NameMatcher | undefined {
  const matchers = selectors.map(selectorNames);
  if (matchers.length === 0 || matchers.includes(undefined)) return undefined;
  return (name) => matchers.some((matches) => matches!(name));
}

function selectorNames(selector: string): NameMatcher | undefined {
  const before = /^\s*([a-zA-Z_:][\w:]*)/.exec(selector)?.[1];
  const matchers = Array.from(selector.matchAll(NAME_MATCHER), nameMatches).filter((matches) => matches !== undefined);
  if (before !== undefined) matchers.push((name) => name === before);
  return matchers.length === 0 ? undefined : (name) => matchers.every((matches) => matches(name));
}

const NAME_MATCHER = /"?\b__name__"?\s*(=~|!~|!=|=)\s*(["'`])((?:\\.|(?!\2).)*)\2/g;

function nameMatches([, operator, , text]: RegExpMatchArray): NameMatcher | undefined {
  const value = text!.replaceAll(/\\(.)/g, '$1');
  if (operator === '=') return (name) => name === value;
  if (operator === '!=') return value === '' ? undefined : (name) => name !== value;
  const pattern = new RegExp(`^(?:${value})$`);
  if (operator === '!~') return (name) => !pattern.test(name);
  return value === '.*' || value === '.+' ? undefined : (name) => pattern.test(name);
}
