import { compareUtf8 } from '../../model/compare-utf8.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';

/** Adds labels to label sets that lack them, in their places; a series' own label of the name stays. */
export function createLabelAttacher(labels: Readonly<Record<string, string>>): (own: SeriesLabels) => SeriesLabels {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => compareUtf8(a, b));
  if (pairs.length === 0) return (own) => own;
  return (own) => {
    const result: string[] = [];
    let next = 0;
    for (let i = 0; i < own.length; i += 2) {
      while (next < pairs.length && compareUtf8(pairs[next]![0], own[i]!) < 0) result.push(...pairs[next++]!);
      if (next < pairs.length && pairs[next]![0] === own[i]) next++;
      result.push(own[i]!, own[i + 1]!);
    }
    while (next < pairs.length) result.push(...pairs[next++]!);
    return result;
  };
}
