import { compareUtf8 } from '../../model/compare-utf8.ts';
import { METRIC_NAME } from '../../model/label-set.ts';
import type { Matcher, Selector } from '../../model/matcher.ts';

const plainLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const toEscape = /[\\"\n\ufffd]|[\ud800-\udfff]/gu;

/**
 * The canonical text of a selector, the same for every order and spelling of its matchers: always in braces, name first,
 * matchers sorted and unique. Prometheus 2.x reads it too, unless a label name is one that only 3.x has (then quoted).
 */
export function formatSelector(selector: Selector): string {
  return formatMatchers(selector.matchers.map(formatMatcher));
}

/** The selector of matchers that {@link formatMatcher} wrote. */
export function formatMatchers(matchers: readonly string[]): string {
  return `{${[...new Set(matchers)].sort(compareMatcherTexts).join(',')}}`;
}

export function formatMatcher({ name, operator, value }: Pick<Matcher, 'name' | 'operator' | 'value'>): string {
  return `${plainLabelName.test(name) ? name : quote(name)}${operator}${quote(value)}`;
}

function compareMatcherTexts(a: string, b: string): number {
  const aNames = a.startsWith(METRIC_NAME);
  return aNames === b.startsWith(METRIC_NAME) ? compareUtf8(a, b) : aNames ? -1 : 1;
}

/** Loose bytes (`unquoteString`) become `\x`; a broken character is spelled out, as Prometheus refuses a bare one. */
function quote(text: string): string {
  const escaped = text.replace(toEscape, (character) => {
    if (character === '\n') return String.raw`\n`;
    if (character === '\\' || character === '"') return `\\${character}`;
    const codePoint = character.codePointAt(0)!;
    if (codePoint >= 0xdc80 && codePoint <= 0xdcff) return String.raw`\x` + (codePoint - 0xdc00).toString(16);
    return String.raw`\ufffd`;
  });
  return `"${escaped}"`;
}
