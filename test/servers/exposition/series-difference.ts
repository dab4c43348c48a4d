/** Series of one side alone, a few of each: what a failed comparison of hundreds of series has to show. */
export interface SeriesDifference {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

export const noDifference: SeriesDifference = { missing: [], unexpected: [] };

/** Compares two collections of series keys as sets, the numbers of those left out of the lists included. */
export function seriesDifference(actual: Iterable<string>, expected: Iterable<string>): SeriesDifference {
  const [found, wanted] = [new Set(actual), new Set(expected)];
  return { missing: shorten(wanted.difference(found)), unexpected: shorten(found.difference(wanted)) };
}

function shorten(keys: ReadonlySet<string>): string[] {
  const shown = [...keys].sort().slice(0, 10);
  return keys.size > shown.length ? [...shown, `… ${keys.size - shown.length} more`] : shown;
}
