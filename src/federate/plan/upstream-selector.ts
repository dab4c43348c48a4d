import { METRIC_NAME } from '../../model/label-set.ts';
import type { Matcher, Selector } from '../../model/matcher.ts';
import { formatMatcher, formatMatchers } from '../../promql/selector/format-selector.ts';
import { type AttachedLabel, type Branch, shardLabelBranches } from './shard-label-branches.ts';

/** A selector on its way upstream. */
export interface UpstreamSelector {
  /** The metric name, where the selector gives exactly one that can be part of a regular expression as it is. */
  readonly name: string | undefined;
  /** All other matchers (text). */
  readonly matchers: readonly string[];
}

/** What one client selector becomes for one shard. */
export interface Expansion {
  readonly selectors: readonly UpstreamSelector[];
  /** False where the selectors match more than the client's, so that lines have to be filtered here. */
  readonly exact: boolean;
}

/** Bound of the alternatives of one client selector for one shard: five attached labels with two alternatives each. */
export const maxBranches = 32;

const nameWithoutMeta = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * The selectors that a shard has to be asked for so that exactly the series come that match `selector` once `attached`
 * labels are there: the product of the alternatives of each attached label. Above {@link maxBranches} the matchers on the
 * labels that do not fit any more are left out, and `exact` is false. No selectors: no series of the shard can match.
 */
export function expandSelector(selector: Selector, attached: readonly AttachedLabel[]): Expansion {
  let branches: readonly Branch[] = [[]];
  let exact = true;
  for (const label of attached) {
    const matchers = selector.matchers.filter((matcher) => matcher.name === label.name);
    if (matchers.length === 0) continue;
    const ofLabel = shardLabelBranches(matchers, label);
    if (branches.length * ofLabel.length > maxBranches) exact = false;
    else branches = branches.flatMap((branch) => ofLabel.map((more) => [...branch, ...more]));
    if (branches.length === 0) return { selectors: [], exact: true };
  }
  const names = new Set(attached.map((label) => label.name));
  const rest = selector.matchers.filter((matcher) => !names.has(matcher.name));
  return { selectors: branches.map((branch) => toUpstreamSelector(rest, branch)), exact };
}

/** A selector that does not mention any attached label. */
export function toUpstreamSelector(matchers: readonly Matcher[], more: Branch = []): UpstreamSelector {
  const onName = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const [only] = onName;
  const isExact = onName.length === 1 && only!.operator === '=' && nameWithoutMeta.test(only!.value);
  const others = isExact ? matchers.filter((matcher) => matcher !== only) : matchers;
  return { name: isExact ? only!.value : undefined, matchers: [...others.map(formatMatcher), ...more] };
}

/** The text of a selector, optionally of several that differ in nothing but `names`. */
export function formatUpstreamSelector(selector: UpstreamSelector, names?: readonly string[]): string {
  const name =
    names === undefined
      ? selector.name && formatMatcher({ name: METRIC_NAME, operator: '=', value: selector.name })
      : formatMatcher({ name: METRIC_NAME, operator: '=~', value: names.join('|') });
  const matchers = name === undefined ? selector.matchers : [name, ...selector.matchers];
  // Every series has a name, whereas Prometheus finds nothing for a selector without matchers.
  return matchers.length === 0 ? `{${METRIC_NAME}!=""}` : formatMatchers(matchers);
}
