import { compareUtf8 } from '../../model/compare-utf8.ts';
import { formatUpstreamSelector, type UpstreamSelector } from './upstream-selector.ts';

/** From this many on, selectors that differ in nothing but an exact name are worth putting together. */
const minMergedNames = 32;
/** Prometheus looks up to 256 alternatives of plain text up by value, more only from 3.0 on. */
const maxNamesPerSelector = 200;

/**
 * The texts of the union of `selectors`: unique, sorted. A dashboard that asks for thousands of names one by one costs
 * an upstream one lookup per selector and fills the request; `__name__=~"a|b|…"` selects the same.
 */
export function mergeUpstreamSelectors(selectors: Iterable<UpstreamSelector>): readonly string[] {
  const texts = new Set<string>();
  const groups = new Map<string, { readonly sample: UpstreamSelector; readonly names: Set<string> }>();
  for (const selector of selectors) {
    if (selector.name === undefined) {
      texts.add(formatUpstreamSelector(selector));
      continue;
    }
    const key = selector.matchers.length === 0 ? '' : selector.matchers.toSorted(compareUtf8).join(',');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { sample: selector, names: new Set([selector.name]) });
    else group.names.add(selector.name);
  }
  for (const { sample, names } of groups.values()) {
    if (names.size < minMergedNames) {
      for (const name of names) texts.add(formatUpstreamSelector({ ...sample, name }));
      continue;
    }
    const sorted = [...names].sort(compareUtf8);
    for (let i = 0; i < sorted.length; i += maxNamesPerSelector) {
      texts.add(formatUpstreamSelector(sample, sorted.slice(i, i + maxNamesPerSelector)));
    }
  }
  return [...texts].sort(compareUtf8);
}
