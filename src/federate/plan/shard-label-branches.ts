import type { Matcher } from '../../model/matcher.ts';
import { acceptsEverything } from '../../promql/selector/accepts-everything.ts';
import { formatMatcher } from '../../promql/selector/format-selector.ts';

/** Matchers (text), all of which must hold. */
export type Branch = readonly string[];

export interface AttachedLabel {
  readonly name: string;
  /** Not empty, unless `owned`. */
  readonly value: string;
  /** Whether no series of the shard carries a label of this name itself. */
  readonly owned: boolean;
}

const metaCharacter = /[\\.+*?()[\]{}^$]/;
const anyPresent: ReadonlySet<string> = new Set(['.+', '^.+$', '(.+)', '(?:.+)']);

/**
 * What an upstream has to be asked for, as alternatives, so that the client's matchers on one attached label hold once
 * that label is attached to the series that lack it. A series' own value wins, and the upstream sees nothing else: series
 * without the label are wanted when the matchers accept the attached value, series with it when they accept their own.
 * No alternative: nothing can match. An alternative without matchers: everything does.
 */
export function shardLabelBranches(matchers: readonly Matcher[], label: AttachedLabel): readonly Branch[] {
  const accepts = (value: string): boolean => matchers.every((matcher) => matcher.accepts(value));
  const wantsAbsent = accepts(label.value);
  if (label.owned) return wantsAbsent ? [[]] : [];
  const texts = matchers.map(formatMatcher);
  if (!wantsAbsent) {
    if (!mayAcceptPresent(matchers, accepts)) return [];
    return [accepts('') ? [...texts, formatMatcher({ name: label.name, operator: '!=', value: '' })] : texts];
  }
  // Both kinds are wanted. Matchers that accept "" cover series without the label, too.
  if (matchers.every((matcher) => acceptsEverything(matcher) || acceptsAnyPresent(matcher))) return [[]];
  return accepts('') ? [texts] : [[formatMatcher({ name: label.name, operator: '=', value: '' })], texts];
}

function acceptsAnyPresent({ operator, value }: Matcher): boolean {
  return operator === '!=' ? value === '' : operator === '=~' && anyPresent.has(value);
}

/** Whether some value other than `""` may be accepted; wrong only in saying yes too often. */
function mayAcceptPresent(matchers: readonly Matcher[], accepts: (value: string) => boolean): boolean {
  return matchers.every((matcher) => {
    if (matcher.operator === '=') return matcher.value !== '' && accepts(matcher.value);
    if (matcher.operator !== '=~' || metaCharacter.test(matcher.value)) return true;
    return matcher.value.split('|').some((value) => value !== '' && accepts(value));
  });
}
