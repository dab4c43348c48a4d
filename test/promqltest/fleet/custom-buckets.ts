import { labelValue, METRIC_NAME } from '../../../src/model/label-set.ts';
import type { SeriesLabels } from '../../../src/model/series-labels.ts';
import { parseFloatText } from '../script/parse-points.ts';
import type { Point, SeriesPoints } from '../script/script.ts';

interface Group {
  readonly labels: SeriesLabels;
  readonly buckets: Map<number, readonly Point[]>;
  sums?: readonly Point[];
  counts?: readonly Point[];
}

/** The native histograms with custom buckets that the classic ones among `series` stand for. */
export function toCustomBuckets(series: readonly SeriesPoints[]): SeriesPoints[] {
  const groups = new Map<string, Group>();
  for (const { labels, points } of series) {
    const match = /^(.*)_(bucket|sum|count)$/.exec(labelValue(labels, METRIC_NAME));
    if (match === null) continue;
    const group = groupOf(groups, renamed(labels, match[1]!));
    if (match[2] === 'bucket') group.buckets.set(parseFloatText(labelValue(labels, 'le')), points);
    else if (match[2] === 'sum') group.sums = points;
    else group.counts = points;
  }
  return [...groups.values()]
    .filter(({ buckets }) => buckets.size > 0)
    .map((group) => ({ labels: group.labels, points: toPoints(group) }));
}

function renamed(labels: SeriesLabels, name: string): SeriesLabels {
  const result: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === 'le') continue;
    result.push(labels[i]!, labels[i] === METRIC_NAME ? name : labels[i + 1]!);
  }
  return result;
}

function groupOf(groups: Map<string, Group>, labels: SeriesLabels): Group {
  const key = labels.join('\u0000');
  const group = groups.get(key) ?? { labels, buckets: new Map<number, readonly Point[]>() };
  groups.set(key, group);
  return group;
}

function toPoints({ buckets, sums, counts }: Group): Point[] {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const length = Math.max(...[...buckets.values()].map((points) => points.length));
  return Array.from({ length }, (_, i): Point => {
    const cumulative = bounds.map((bound) => valueAt(buckets.get(bound), i));
    if (cumulative.some((value) => value === undefined)) return undefined;
    const values = cumulative as number[];
    const total = valueAt(counts, i) ?? values.at(-1)!;
    const finite = bounds.filter((bound) => bound !== Infinity);
    const absolute = values.map((value, k) => value - (values[k - 1] ?? 0));
    if (bounds.at(-1) !== Infinity) absolute.push(total - values.at(-1)!);
    return {
      kind: 'histogram',
      isHintGiven: false,
      histogram: {
        counterResetHint: 'unknown',
        schema: -53,
        zeroThreshold: 0,
        zeroCount: 0,
        count: total,
        sum: valueAt(sums, i) ?? 0,
        positiveSpans: [{ offset: 0, length: absolute.length }],
        positiveBuckets: Float64Array.from(absolute),
        negativeSpans: [],
        negativeBuckets: new Float64Array(0),
        customValues: finite,
      },
    };
  });
}

function valueAt(points: readonly Point[] | undefined, index: number): number | undefined {
  const point = points?.[index];
  return point?.kind === 'float' ? point.value : undefined;
}
