import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/model/errors.ts';
import { maxRepeatedSize } from '../../../../src/promql/selector/compile-matcher.ts';
import { parseSelector, parseSelectors } from '../../../../src/promql/selector/parse-selector.ts';
import { readSelectorTokens } from '../../../../src/promql/selector/read-selector-tokens.ts';
import { readSelectorTree } from '../../../../src/promql/selector/read-selector-tree.ts';
import { tokenize } from '../../../../src/promql/selector/selector-tokens.ts';
import recorded from '../selector-errors.json' with { type: 'json' };

interface Recorded {
  readonly selector: string;
  readonly status: number;
  readonly message?: string;
  /** `name operator value`, sorted. */
  readonly matchers?: readonly string[];
}

const rows: readonly Recorded[] = recorded;

function matchersOf(text: string): string[] {
  return parseSelector(text).matchers.map(({ name, operator, value }) => `${name} ${operator} ${value}`);
}

function errorOf(text: string): unknown {
  try {
    parseSelector(text);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('what Prometheus 3.5 answered to match[]', () => {
  it.each(rows.filter((row) => row.message !== undefined))('$selector: $message', ({ selector, message }) => {
    const error = errorOf(selector);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ code: 'PG_SELECTOR_INVALID', status: 400, message });
  });

  it.each(rows.filter((row) => row.message === undefined))('$selector is fine', ({ selector, matchers }) => {
    const read = matchersOf(selector).sort();
    if (matchers !== undefined) expect(read).toEqual(matchers);
  });

  it('covers enough of both', () => {
    expect(rows.filter((row) => row.status === 400).length).toBeGreaterThan(200);
    expect(rows.filter((row) => row.matchers !== undefined).length).toBeGreaterThan(60);
  });
});

describe('the official grammar and our own reading', () => {
  const accepted = rows.filter((row) => row.message === undefined);

  it.each(accepted)('see the same in $selector', ({ selector }) => {
    const tokens = tokenize(selector);
    const tree = readSelectorTree(selector, tokens);
    if (tree === undefined) return;
    const own = Array.from(readSelectorTokens(selector, tokens));
    const text = (parts: typeof tree): unknown =>
      parts.map((part) => (part.kind === 'name' ? part.name.text : [part.name.text, part.operator, part.value.text]));
    expect(text(tree)).toEqual(text(own));
    expect(tree.map((part) => part.name.start)).toEqual(own.map((part) => part.name.start));
  });

  it('differ only where the grammar reserves a word', () => {
    const unread = accepted.filter(({ selector }) => readSelectorTree(selector, tokenize(selector)) === undefined);
    expect(unread.length).toBeGreaterThan(0);
    for (const { selector } of unread) expect(selector.trimStart().toLowerCase()).toMatch(/^offset/);
  });
});

it('keeps bytes that are not UTF-8 apart from all decoded text', () => {
  const [matcher] = parseSelector(String.raw`{a="\xff"}`).matchers;
  expect(matcher!.value).toBe('\udcff');
  expect(matcher!.accepts('\ufffd')).toBe(false);
  expect(matchersOf(String.raw`{a=~"\xff|b"}`)).toEqual(['a =~ \udcff|b']);
  expect(errorOf(String.raw`{a=~"\xff.*"}`)).toMatchObject({ code: 'PG_SELECTOR_INVALID' });
});

it.each([
  ['{a=~"(?P<n>x)(?P<n>y)"}', 'xy', 'xyx'],
  ['{a=~"x.y"}', 'x\ny', 'x\nyz'],
  ['{a=~"x"}', 'x', 'xx'],
  ['{a!~"x|y"}', '', 'y'],
])('%s accepts %j and not %j', (text, good, bad) => {
  const [matcher] = parseSelector(text).matchers;
  expect(matcher!.accepts(good)).toBe(true);
  expect(matcher!.accepts(bad)).toBe(false);
});

it('keeps the text of a regular expression whose group names it had to take away', () => {
  expect(matchersOf('{a=~"(?P<n>x)(?P<n>y)[(?P<n>]\\\\(?P<n>"}'.replace('\\\\(?P<n>', ''))).toEqual([
    'a =~ (?P<n>x)(?P<n>y)[(?P<n>]',
  ]);
});

it('stays quick on expressions made to explode', () => {
  const started = performance.now();
  const { matchers } = parseSelector('{a=~"(x+x+)+y",b=~"(a|aa)+$",c=~"(.*)(.*)(.*)(.*)(.*)z"}');
  for (const matcher of matchers) expect(matcher.accepts('xxxxxxxxxxaaaaaaaaaa'.repeat(20))).toBe(false);
  expect(errorOf('{a=~"(((a{0,1000}){0,1000}){0,1000})"}')).toMatchObject({ code: 'PG_SELECTOR_INVALID' });
  expect(performance.now() - started).toBeLessThan(5_000);
});

it('bounds what repetition makes of short expressions, over all selectors of a request', () => {
  expect(errorOf(`{a="b",c=~"${'(x{1000})'.repeat(800)}"}`)).toMatchObject({
    code: 'PG_SELECTOR_INVALID',
    message: `1:8: parse error: repetitions expand regular expressions by 792800 instructions, the limit is ${maxRepeatedSize}`,
  });
  const one = '{a=~"x{1000}"}';
  expect(parseSelectors(Array.from({ length: 10 }, () => one))).toHaveLength(10);
  expect(() => parseSelectors(Array.from({ length: 11 }, () => one))).toThrow(/the limit is/);
  expect(parseSelector(`{a=~"${'longname|'.repeat(5_000)}"}`).matchers).toHaveLength(1);
});

it('reads a very long selector', () => {
  const text = `{${Array.from({ length: 5_000 }, (_, i) => `l${i}="v${i}"`).join(',')}}`;
  expect(parseSelector(text).matchers).toHaveLength(5_000);
  expect(errorOf(text.slice(0, -1))).toMatchObject({
    message: `1:${text.length}: parse error: unexpected end of input inside braces`,
  });
});
