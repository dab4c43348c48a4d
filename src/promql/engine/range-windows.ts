import { HISTOGRAM, STALE, type RawSeries } from '../../model/raw-series.ts';
import type { SeriesWindows } from '../functions/function-context.ts';

/** The window of each step over one series, stale markers out. A window holds what is in (end - range, end]. */
export function cutWindows(
  series: RawSeries,
  { rangeMs, endsMs }: { readonly rangeMs: number; readonly endsMs: Float64Array },
): SeriesWindows {
  const fresh = withoutStale(series);
  const { timestampsMs } = fresh;
  const from = new Int32Array(endsMs.length);
  const to = new Int32Array(endsMs.length);
  let low = 0;
  let high = 0;
  for (let step = 0; step < endsMs.length; step++) {
    const end = endsMs[step]!;
    while (high < timestampsMs.length && timestampsMs[high]! <= end) high++;
    while (low < high && timestampsMs[low]! <= end - rangeMs) low++;
    from[step] = low;
    to[step] = high;
  }
  return { series: fresh, from, to, rangeMs, rangeEndMs: (step) => endsMs[step]! };
}

/** The series without its stale markers; itself where it has none. */
export function withoutStale(series: RawSeries): RawSeries {
  const { kinds } = series;
  if (kinds === undefined || !kinds.includes(STALE)) return series;
  const isFresh = (_: unknown, i: number): boolean => kinds[i] !== STALE;
  const freshKinds = kinds.filter(isFresh);
  return {
    labels: series.labels,
    timestampsMs: series.timestampsMs.filter(isFresh),
    values: series.values.filter(isFresh),
    ...(freshKinds.includes(HISTOGRAM)
      ? { kinds: freshKinds, histograms: Array.from(kinds, (_, i) => series.histograms?.[i]).filter(isFresh) }
      : {}),
  };
}
