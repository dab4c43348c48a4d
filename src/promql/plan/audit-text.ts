import type { MatrixSelector, VectorSelector } from '../ast/ast.ts';
import { printExpr } from '../print/print-expr.ts';

/** Label that tells the numbers of an audit apart. */
export const AUDIT_LABEL = 'promgate_audit';

/** The numbers of an audit. */
export const auditKinds = ['series', 'samples', 'average_time', 'newest_time'] as const;
export type AuditKind = (typeof auditKinds)[number];

/**
 * A query for how many series a selector has, how many samples lie in its windows, and how old its newest samples are:
 * one series for each number. Replicas that answer alike hold the same for all that a query can tell.
 */
export function auditText(selector: VectorSelector | MatrixSelector): string {
  const instant = printExpr(selector.kind === 'matrix-selector' ? selector.selector : selector);
  const counted = selector.kind === 'matrix-selector' ? `count_over_time(${printExpr(selector)})` : instant;
  const numbers: Readonly<Record<AuditKind, string>> = {
    series: `count(${counted})`,
    samples: selector.kind === 'matrix-selector' ? `sum(${counted})` : `count(${counted})`,
    average_time: `avg(timestamp(${instant}))`,
    newest_time: `max(timestamp(${instant}))`,
  };
  return auditKinds.map((kind) => `label_replace(${numbers[kind]}, "${AUDIT_LABEL}", "${kind}", "", "")`).join(' or ');
}
