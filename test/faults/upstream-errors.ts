/** Counts of `promgate_upstream_errors_total` by `kind`, of one replica or of all. */
export type ErrorCounts = ReadonlyMap<string, number>;

const LINE = /^promgate_upstream_errors_total\{(.*)\} (\S+)$/gm;

/** Reads the counter out of `/metrics`; only lines whose labels pass `accept` (a text such as `replica="…"`). */
export function readUpstreamErrors(metrics: string, accept: (labels: string) => boolean): ErrorCounts {
  const counts = new Map<string, number>();
  for (const [, labels = '', value] of metrics.matchAll(LINE)) {
    if (!accept(labels)) continue;
    const kind = /kind="([^"]*)"/.exec(labels)?.[1] ?? '';
    counts.set(kind, (counts.get(kind) ?? 0) + Number(value));
  }
  return counts;
}

/** What was counted between two readings; kinds without any are left out. */
export function increase(before: ErrorCounts, after: ErrorCounts): ErrorCounts {
  const grown = [...after].map(([kind, count]): [string, number] => [kind, count - (before.get(kind) ?? 0)]);
  return new Map(grown.filter(([, count]) => count > 0));
}

export function total(counts: ErrorCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
