import type { Fault } from './fault.ts';
import type { Measurement } from './measure.ts';
import { HEDGE_DELAY_MS } from './stage.ts';
import type { ErrorCounts } from './upstream-errors.ts';

/** What scheduling of a busy machine may add to a hedge delay. */
export const DELAY_MARGIN_MS = 350;
/** In scrapes. */
const JOB_GAP_LIMIT = 2;
/**
 * In intervals of the series: its own, a scrape, and what another client was answered later than the server that is looked at,
 * which is less than a scrape: several ask here, and what one of them was given is held against the next leader for all.
 */
const PASSED_GAP_LIMIT = 3;

export interface Row {
  readonly name: string;
  readonly cells: readonly string[];
  /** What is against the promise; empty: nothing. */
  readonly problems: readonly string[];
}

export const columns = [
  'fault',
  'requests',
  'client errors',
  'added delay',
  'counter resets',
  'duplicate or out of order',
  'longest gap, passed / job level',
  'job level too low / withheld',
  'counted as',
] as const;

/** One fault's figures, both global servers together, and what is wrong with them. */
export function toRow(fault: Fault, measured: Measurement): Row {
  const { seen } = measured;
  const sum = (count: (of: (typeof seen)[number]) => number): number =>
    seen.reduce((total, of) => total + count(of), 0);
  const passed = Math.max(...seen.map(({ passedGap }) => passedGap?.intervals ?? 0));
  const jobGap = Math.max(...seen.map(({ jobLevel }) => jobLevel.longestGap));
  const failures = measured.errors.length + sum(({ failed }) => failed);
  const cells = [
    `\`${fault.name}\`: ${fault.what}${fault.exception === undefined ? '' : ' *'}`,
    String(measured.requests),
    String(failures),
    `${Math.round(measured.addedDelayMs)} ms`,
    String(sum(({ resets }) => resets.length)),
    String(sum(({ rejected }) => rejected)),
    `${passed} / ${jobGap}`,
    `${sum(({ jobLevel }) => jobLevel.tooLow.length)} / ${sum(({ jobLevel }) => jobLevel.withheld.length)}`,
    describe(measured.kinds),
  ];
  return { name: fault.name, cells, problems: findProblems(fault, measured) };
}

function findProblems(fault: Fault, measured: Measurement): string[] {
  const { errors, addedDelayMs, kinds, seen } = measured;
  const limitMs = fault.exception?.delayMs ?? HEDGE_DELAY_MS + DELAY_MARGIN_MS;
  return [
    ...few('client', errors),
    ...(addedDelayMs > limitMs
      ? [`an answer took ${Math.round(addedDelayMs)} ms longer, more than ${limitMs} ms`]
      : []),
    ...missingKind(fault, kinds),
    ...(kinds.has('internal') ? ['counted as internal'] : []),
    ...seen.flatMap((of) => [
      ...(of.scrapes < 3 ? [`only ${of.scrapes} scrapes`] : []),
      ...(of.failed > 0 ? [`${of.failed} failed scrapes`] : []),
      ...few('counter reset', of.resets),
      ...(of.rejected > 0 ? [`${of.rejected} samples rejected or out of order`] : []),
      ...few('log', of.logged),
      ...gapProblem(of.passedGap, fault.exception?.gap ?? PASSED_GAP_LIMIT),
      ...(of.jobLevel.longestGap > JOB_GAP_LIMIT ? [`job level: a gap of ${of.jobLevel.longestGap} scrapes`] : []),
      ...(of.jobLevel.series < 10 ? [`only ${of.jobLevel.series} job-level series`] : []),
      ...few('withheld', of.jobLevel.withheld),
      ...few('too low', of.jobLevel.tooLow),
    ]),
  ];
}

function gapProblem(gap: Measurement['seen'][number]['passedGap'], limit: number): string[] {
  if (gap === undefined) return ['no passed-through series were compared'];
  // A sibling that itself missed a scrape, as under load, allows one interval more.
  if (gap.intervals <= Math.max(limit, gap.sibling + 1)) return [];
  return [`a gap of ${gap.intervals} intervals in ${gap.key}, of ${gap.sibling} at the sibling`];
}

function missingKind({ kinds: expected, name }: Fault, counted: ErrorCounts): string[] {
  if (expected.length === 0 || expected.some((kind) => counted.has(kind))) return [];
  return [`${name} was counted as ${describe(counted)}, not as ${expected.join(' or ')}`];
}

function few(what: string, all: readonly string[]): string[] {
  const shown = all.slice(0, 3).map((one) => `${what}: ${one.slice(0, 300)}`);
  return all.length > 3 ? [...shown, `${what}: ${all.length - 3} more`] : shown;
}

function describe(counts: ErrorCounts): string {
  return [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ') || 'none';
}

/** A Markdown table of rows; skipped faults say why. */
export function toMarkdown(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return line(columns) + line(columns.map(() => '---')) + rows.map(line).join('');
}
