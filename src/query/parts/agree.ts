import { labelValue } from '../../model/label-set.ts';
import { PRESENT, type SeriesBlock } from '../../promql/engine/series-block.ts';
import type { Audit } from '../../promql/plan/query-plan.ts';
import { AUDIT_LABEL, auditKinds, type AuditKind } from '../../promql/plan/audit-text.ts';

/** Of a digest; the order in which a server adds is not fixed. */
const digestTolerance = 1e-14;

/**
 * Whether two replicas, by their answers to the same audit, hold the same for all that a query can tell. Servers that
 * scrape for themselves do so at other milliseconds: of those a sample more or less for each series in a window is the
 * same. Servers that hold copies of the same samples have to hold the same ones.
 */
export function replicasAgree(
  a: SeriesBlock,
  b: SeriesBlock,
  { windowMs, readsWindows }: Omit<Audit, 'text'>,
): boolean {
  const x = numbersOf(a);
  const y = numbersOf(b);
  const scrapeApart = areApart(x, y, windowMs);
  for (const step of steps(x)) {
    const series = x.series[step]!;
    if (!sameNumber(series, y.series[step]!)) return false;
    if (Number.isNaN(series)) continue;
    const samples = Math.abs(x.samples[step]! - y.samples[step]!);
    if (readsWindows && samples > (scrapeApart ? series : 0)) return false;
    if (!scrapeApart && !sameDigest(x.digest[step]!, y.digest[step]!)) return false;
  }
  return true;
}

/** Whether the newest samples never are of one instant, nor a whole scrape or whole seconds from one another. */
function areApart(x: Numbers, y: Numbers, windowMs: number): boolean {
  let isApart = false;
  for (const step of steps(x)) {
    const distance = Math.abs(x.newest_time[step]! - y.newest_time[step]!);
    if (Number.isNaN(distance)) continue;
    const samples = Math.max(x.samples[step]!, y.samples[step]!) / x.series[step]!;
    const intervalSeconds = windowMs / 1000 / samples;
    if (!isFraction(distance) || distance > 0.9 * intervalSeconds) return false;
    isApart = true;
  }
  return isApart;
}

type Numbers = Readonly<Record<AuditKind, Float64Array>>;

/** By step; NaN where there is no number. */
function numbersOf({ labels, values, present, steps }: SeriesBlock): Numbers {
  const numbers = Object.fromEntries(
    auditKinds.map((kind) => [kind, new Float64Array(steps).fill(NaN)] as const),
  ) as Record<AuditKind, Float64Array>;
  for (const [row, own] of labels.entries()) {
    const column = numbers[labelValue(own, AUDIT_LABEL) as AuditKind] as Float64Array | undefined;
    if (column === undefined) continue;
    for (let step = 0; step < steps; step++) {
      if (present[row * steps + step] === PRESENT) column[step] = values[row * steps + step]!;
    }
  }
  return numbers;
}

function steps({ series }: Numbers): readonly number[] {
  return [...series.keys()];
}

function isFraction(seconds: number): boolean {
  return !Number.isNaN(seconds) && Math.abs(seconds - Math.round(seconds)) > 1e-4;
}

function sameDigest(a: number, b: number): boolean {
  return sameNumber(a, b) || Math.abs(a - b) <= digestTolerance * Math.abs(a);
}

function sameNumber(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
