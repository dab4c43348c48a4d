import type { SeriesLabels } from '../../model/series-labels.ts';

/** Labels without those that a replica attached: what is left is what orders its answers, and tells its series apart. */
export function ownLabels(labels: SeriesLabels, external: Readonly<Record<string, string>>): SeriesLabels {
  let own: string[] | undefined;
  for (let i = 0; i < labels.length; i += 2) {
    const isExternal = external[labels[i]!] === labels[i + 1];
    if (isExternal) own ??= labels.slice(0, i);
    else own?.push(labels[i]!, labels[i + 1]!);
  }
  return own ?? labels;
}
