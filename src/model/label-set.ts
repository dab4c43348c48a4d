import { compareUtf8 } from './compare-utf8.ts';

/**
 * A label set as a flat list `[name, value, name, value, …]`: sorted by name ({@link compareUtf8}), names unique, no
 * empty value, the metric name not among them. Never mutated once built.
 */
export type LabelSet = readonly string[];

export const METRIC_NAME = '__name__';

/** The value of label `name`, or `""` where the set lacks it: in Prometheus an absent label is the empty one. */
export function labelValue(labels: LabelSet, name: string): string {
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === name) return labels[i + 1]!;
  }
  return '';
}

/** A {@link LabelSet} of pairs in any order; empty values are left out, of equal names the last one wins. */
export function toLabelSet(pairs: Iterable<readonly [name: string, value: string]>): LabelSet {
  const byName = new Map(pairs);
  const names = [...byName.keys()].filter((name) => byName.get(name) !== '').sort(compareUtf8);
  return names.flatMap((name) => [name, byName.get(name)!]);
}

/** Prometheus' `Labels.Compare`: pairwise name then value; of two sets of which one is a prefix, the shorter first. */
export function compareLabelSets(a: LabelSet, b: LabelSet): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareUtf8(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
