import type { AggregationOperator } from './ast.ts';

const picking: ReadonlySet<AggregationOperator> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** Whether an aggregation gives some of its series as they are, with all their labels. */
export function picksSeries(operator: AggregationOperator): boolean {
  return picking.has(operator);
}
