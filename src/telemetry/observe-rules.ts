import type { AggregationRuleConfig } from '../config/config.ts';
import type { RuleResult } from '../federate/rules/rule-result.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';

export interface RuleTelemetry {
  readonly metrics: Pick<Metrics, 'aggregation'>;
  readonly logger: Logger;
  readonly rules: readonly AggregationRuleConfig[];
  /** Whether no newer configuration is in force: gauges are about the rules that are. */
  readonly isLatest: () => boolean;
}

/** Turns what the rules made of one answer into metrics, and into a log line for each name that was refused first. */
export function observeRules(telemetry: RuleTelemetry, result: RuleResult): void {
  const { metrics, logger, isLatest } = telemetry;
  const { aggregation } = metrics;
  if (isLatest()) setCoverage(telemetry, result);
  const { withheld, held, partial, conflicts, outputs } = result;
  aggregation.countGroups({ emitted: outputs.length - held - partial, withheld, held, partial });
  aggregation.countConflicts(conflicts);
  aggregation.countSkipped({ noWeight: result.unweighted, badBucket: result.badBuckets });
  aggregation.setRefusedNames(result.refusedNames);
  for (const { name, reason } of result.newRefusals) {
    logger.warn({ metric: name, reason }, 'an aggregation rule matches a metric that cannot be re-aggregated');
  }
}

function setCoverage({ metrics: { aggregation }, rules }: RuleTelemetry, result: RuleResult): void {
  for (const { record, ratio } of result.coverage) aggregation.setCoverage(record, ratio);
  for (const { rule, shard, expected, contributed } of result.shardCoverage) {
    aggregation.setShardCoverage(rules[rule]!.record, shard, expected === 0 ? 1 : contributed / expected);
  }
}
