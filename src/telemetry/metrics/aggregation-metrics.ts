import { Counter, Gauge, type Registry } from 'prom-client';

interface GroupCounts {
  readonly emitted: number;
  readonly withheld: number;
  /** Given with the last complete value. */
  readonly held: number;
  /** Given from the shards that were there. */
  readonly partial: number;
}

export interface AggregationMetrics {
  /** Lowest coverage of a group of this record in the last answer, 0..1. */
  setCoverage(record: string, ratio: number): void;
  /** Groups of a rule that have a shard's contribution, by those that expect one, 0..1. `rule` is its record template. */
  setShardCoverage(rule: string, shard: string, ratio: number): void;
  /** Forgets both coverages: the rules are others now. */
  resetCoverage(): void;
  countGroups(counts: GroupCounts): void;
  /** Outputs dropped because a passed-through series or an earlier rule had the same label set. */
  countConflicts(outputs: number): void;
  /** Source series that could not be used. */
  countSkipped(series: { readonly noWeight: number; readonly badBucket: number }): void;
  /** Metric names that a rule matches but that cannot be re-aggregated. */
  setRefusedNames(names: number): void;
}

export function createAggregationMetrics(registry: Registry): AggregationMetrics {
  const registers = [registry];
  const coverage = new Gauge({
    name: 'promgate_aggregation_coverage_ratio',
    help: 'Shards that contributed by shards expected, lowest over the groups of a record, in the last answer.',
    labelNames: ['record'] as const,
    registers,
  });
  const shardCoverage = new Gauge({
    name: 'promgate_aggregation_shard_coverage_ratio',
    help: 'Groups of a rule that have the contribution of a shard by those that expect one, in the last answer.',
    labelNames: ['rule', 'shard'] as const,
    registers,
  });
  const groups = new Counter({
    name: 'promgate_aggregation_groups_total',
    help: 'Groups of aggregation rules by outcome: emitted, withheld, held or partial.',
    labelNames: ['outcome'] as const,
    registers,
  });
  for (const outcome of ['emitted', 'withheld', 'held', 'partial']) groups.inc({ outcome }, 0);
  const conflicts = new Counter({
    name: 'promgate_aggregation_conflicts_total',
    help: 'Label sets produced more than once, by two rules or by a rule and a shard.',
    registers,
  });
  const refused = new Gauge({
    name: 'promgate_aggregation_refused_names',
    help: 'Metric names that an auto rule matches but that cannot be re-aggregated.',
    registers,
  });
  const skipped = new Counter({
    name: 'promgate_aggregation_skipped_series_total',
    help: 'Source series left out: no weight for an average, or a bucket whose le is no number.',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const reason of ['no_weight', 'bad_bucket']) skipped.inc({ reason }, 0);
  return {
    setCoverage: (record, ratio) => coverage.set({ record }, ratio),
    setShardCoverage: (rule, shard, ratio) => shardCoverage.set({ rule, shard }, ratio),
    resetCoverage() {
      coverage.reset();
      shardCoverage.reset();
    },
    countGroups(counts) {
      for (const [outcome, count] of Object.entries(counts)) groups.inc({ outcome }, count);
    },
    countConflicts: (outputs) => conflicts.inc(outputs),
    countSkipped({ noWeight, badBucket }) {
      skipped.inc({ reason: 'no_weight' }, noWeight);
      skipped.inc({ reason: 'bad_bucket' }, badBucket);
    },
    setRefusedNames: (names) => refused.set(names),
  };
}
