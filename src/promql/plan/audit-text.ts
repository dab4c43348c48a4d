import type { MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { durationMs } from '../ast/resolve-durations.ts';
import { printExpr } from '../print/print-expr.ts';

/** Label that tells the numbers of an audit apart. */
export const AUDIT_LABEL = 'promgate_audit';

/** The numbers of an audit. */
export const auditKinds = ['series', 'samples', 'newest_time', 'digest'] as const;
export type AuditKind = (typeof auditKinds)[number];

/** Long enough to hold several scrapes of nearly every server: what tells how far apart the samples of a plain selector are. */
const PLAIN_WINDOW_MS = 300_000;

/** Length of the windows in which an audit counts samples, ms: the selector's own, or what a plain selector gets. */
export function auditWindowMs(selector: VectorSelector | MatrixSelector): number {
  return selector.kind === 'matrix-selector' ? durationMs(selector.range, { stepMs: 0 }) : PLAIN_WINDOW_MS;
}

/**
 * A query for how many series a selector has, how many samples lie in its windows, how old its newest samples are, and a
 * digest of what they are: one series for each number. Replicas that answer alike hold the same for all that a query can
 * tell.
 */
export function auditText(selector: VectorSelector | MatrixSelector): string {
  const numbers = selector.kind === 'matrix-selector' ? windowNumbers(selector) : newestNumbers(selector);
  return auditKinds.map((kind) => `label_replace(${numbers[kind]}, "${AUDIT_LABEL}", "${kind}", "", "")`).join(' or ');
}

type Numbers = Readonly<Record<AuditKind, string>>;

function windowNumbers(selector: MatrixSelector): Numbers {
  const window = printExpr(selector);
  return {
    series: `count(count_over_time(${window}))`,
    samples: `sum(count_over_time(${window}))`,
    newest_time: `max(timestamp(${printExpr(selector.selector)}))`,
    // Without NaN, which would hide all others.
    digest: `sum(sum_over_time(${window}) > -Inf)`,
  };
}

function newestNumbers(selector: VectorSelector): Numbers {
  const { span } = selector;
  const range = { kind: 'duration', ms: PLAIN_WINDOW_MS, span } as const;
  const instant = printExpr(selector);
  return {
    series: `count(${instant})`,
    samples: `sum(count_over_time(${printExpr({ kind: 'matrix-selector', selector, range, span })}))`,
    newest_time: `max(timestamp(${instant}))`,
    digest: `avg(timestamp(${instant}))`,
  };
}
