/** One metric family of a simulated target. Values are functions of time, so every scraper sees the same truth. */
export interface ExporterFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'untyped';
  readonly series: readonly ExporterSeries[];
  /** When set, samples carry an explicit timestamp: the newest multiple of this many ms, and the value of that moment. */
  readonly gridMs?: number;
  /** By how much those timestamps are off: a target whose clock runs ahead. */
  readonly aheadMs?: number;
}

interface ExporterSeries {
  /** `_bucket`, `_sum` or `_count` of a histogram. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly valueAt: (timeMs: number) => number;
}

const LEGACY_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** The families as a target's `/metrics` body at a moment. */
export function exporterBody(families: readonly ExporterFamily[], nowMs: number): string {
  return families.map((family) => familyText(family, nowMs)).join('');
}

function familyText(family: ExporterFamily, nowMs: number): string {
  const { name, type, series, gridMs, aheadMs = 0 } = family;
  const timeMs = gridMs === undefined ? nowMs : Math.floor(nowMs / gridMs) * gridMs;
  const timestamp = gridMs === undefined ? '' : ` ${timeMs + aheadMs}`;
  const lines = series.map(({ suffix = '', labels, valueAt }) => {
    return `${seriesText(name + suffix, labels)} ${valueText(valueAt(timeMs))}${timestamp}\n`;
  });
  return `# TYPE ${LEGACY_NAME.test(name) ? name : JSON.stringify(name)} ${type}\n${lines.join('')}`;
}

function seriesText(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    return `${LEGACY_NAME.test(label) ? label : JSON.stringify(label)}="${escaped}"`;
  });
  if (!LEGACY_NAME.test(name)) return `{${[JSON.stringify(name), ...pairs].join(',')}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

export function constantFamily(
  name: string,
  values: readonly (readonly [Record<string, string>, number])[],
): ExporterFamily {
  return { name, type: 'gauge', series: values.map(([labels, value]) => ({ labels, valueAt: () => value })) };
}

/** Whole seconds since a fixed moment times `perSecond`: a counter that never goes back, the same for every scraper. */
export function movingCount(perSecond: number): (timeMs: number) => number {
  return (timeMs) => Math.floor(((timeMs - 1_700_000_000_000) / 1000) * perSecond);
}

/** A classic histogram whose observations arrive at `perSecond`, spread evenly over the buckets. */
export function histogramFamily(name: string, labels: Record<string, string>, perSecond: number): ExporterFamily {
  const bounds = ['0.1', '0.5', '1', '+Inf'];
  const buckets = bounds.map((le, i): ExporterSeries => {
    return {
      suffix: '_bucket',
      labels: { ...labels, le },
      valueAt: (timeMs) => (i + 1) * movingCount(perSecond)(timeMs),
    };
  });
  const count = (timeMs: number): number => bounds.length * movingCount(perSecond)(timeMs);
  return {
    name,
    type: 'histogram',
    series: [
      ...buckets,
      { suffix: '_sum', labels, valueAt: (timeMs) => count(timeMs) / 2 },
      { suffix: '_count', labels, valueAt: count },
    ],
  };
}
