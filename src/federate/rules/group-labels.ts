import type { LabelSet } from '../../model/label-set.ts';
import { labelKey } from './label-key.ts';

/** What `by` or `without` of a rule leaves of a label set. The metric name is never a group label. */
export interface GroupLabels {
  /** {@link labelKey} of the labels that are left. Neighbouring lines of one group share the string. */
  keyOf(labels: LabelSet): string;
}

export interface Grouping {
  readonly by?: readonly string[];
  readonly without?: readonly string[];
  /** A label left out in either case: `le` when buckets are folded into a quantile. */
  readonly drop?: string;
}

export function createGroupLabels({ by, without, drop }: Grouping): GroupLabels {
  const named = new Set(by ?? without);
  const keepsNamed = by !== undefined;
  // Lines come sorted, so a line's group is most often that of the line before: then no text is built.
  let last: string[] = [];
  let next: string[] = [];
  let lastKey = labelKey(last);

  return {
    keyOf(labels) {
      let length = 0;
      let isSame = true;
      for (let i = 0; i < labels.length; i += 2) {
        const name = labels[i]!;
        if (named.has(name) !== keepsNamed || name === drop) continue;
        const value = labels[i + 1]!;
        isSame &&= last[length] === name && last[length + 1] === value;
        next[length] = name;
        next[length + 1] = value;
        length += 2;
      }
      if (isSame && last.length === length) return lastKey;
      next.length = length;
      lastKey = labelKey(next);
      [last, next] = [next, last];
      return lastKey;
    },
  };
}
