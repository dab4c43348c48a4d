import type { MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { durationMs } from '../ast/resolve-durations.ts';
import { printExpr } from '../print/print-expr.ts';

/** Label that tells the numbers of an audit apart. */
export const AUDIT_LABEL = 'promgate_audit';

/** The numbers of an audit. */
export const auditKinds = ['series', 'samples', 'average_time', 'newest_time'] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Long enough to hold several scrapes of nearly every server: what tells how far apart the samples of a plain selector are. */
const PLAIN_WINDOW_MS = 300_000;

/** Length of the windows in which an audit counts samples, ms: the selector's own, or what a plain selector gets. */
export function auditWindowMs(selector: VectorSelector | MatrixSelector): number {
  return selector.kind === 'matrix-selector' ? durationMs(selector.range, { stepMs: 0 }) : PLAIN_WINDOW_MS;
}

/**
 * A query for how many series a selector has, how many samples lie in its windows, and how old its newest samples are:
 * one series for each number. Replicas that answer alike hold the same for all that a query can tell.
 */
export function auditText(selector: VectorSelector | MatrixSelector): string {
  const instant = printExpr(selector.kind === 'matrix-selector' ? selector.selector : selector);
  const counted = `count_over_time(${printExpr(windowOf(selector))})`;
  const numbers: Readonly<Record<AuditKind, string>> = {
    series: `count(${selector.kind === 'matrix-selector' ? counted : instant})`,
    samples: `sum(${counted})`,
    average_time: `avg(timestamp(${instant}))`,
    newest_time: `max(timestamp(${instant}))`,
  };
  return auditKinds.map((kind) => `label_replace(${numbers[kind]}, "${AUDIT_LABEL}", "${kind}", "", "")`).join(' or ');
}

function windowOf(selector: VectorSelector | MatrixSelector): MatrixSelector {
  if (selector.kind === 'matrix-selector') return selector;
  const { span } = selector;
  return { kind: 'matrix-selector', selector, range: { kind: 'duration', ms: PLAIN_WINDOW_MS, span }, span };
}
