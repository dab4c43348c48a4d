import type { LabelSet } from '../../model/label-set.ts';
import type { Refusal } from './partial-aggregates.ts';

/** What the rules make of one answer of all shards. */
export interface RuleResult {
  readonly outputs: RuleOutputs;
  /** Sorted by record name, then by rule. Only records with groups. */
  readonly coverage: readonly RecordCoverage[];
  /** Sorted by rule, then in the order of the shards. Only rules with groups. */
  readonly shardCoverage: readonly ShardCoverage[];
  /** Groups that gave no value because a shard is missing. */
  readonly withheld: number;
  /** Groups that gave their last complete value because a shard is missing. */
  readonly held: number;
  /** Groups that gave a value without a missing shard. */
  readonly partial: number;
  /** Outputs left out because a rule configured earlier has the same label set. */
  readonly conflicts: number;
  /** Metric names that this answer holds and no rule would aggregate. */
  readonly refusedNames: number;
  /** Those of them never reported before, sorted by name. */
  readonly newRefusals: readonly Refusal[];
  /** Source series without a weight, over all shards. */
  readonly unweighted: number;
  /** Bucket series whose `le` is no number, over all shards. */
  readonly badBuckets: number;
}

/**
 * Job-level samples, sorted by name, then by labels; every label set once. Can be gone through any number of times, and
 * stay as they are whatever comes later.
 */
export interface RuleOutputs extends Iterable<RuleOutput> {
  readonly length: number;
  readonly families: readonly OutputFamily[];
}

/** The samples of one name; there may be none, where all are withheld. */
export interface OutputFamily extends Iterable<RuleOutput> {
  readonly name: string;
  readonly length: number;
}

/** One job-level sample. It has no timestamp: it holds as of the moment of the answer. */
export interface RuleOutput {
  readonly name: string;
  /** The group's labels; neither `instance=""` nor `global.external_labels` are among them. */
  readonly labels: LabelSet;
  readonly value: number;
  /** Index of the rule in the configuration. */
  readonly rule: number;
}

export interface RecordCoverage {
  readonly rule: number;
  readonly record: string;
  /** Least share, over the groups, of expected shards that contributed: 0..1. */
  readonly ratio: number;
  readonly groups: number;
  readonly withheld: number;
  readonly held: number;
  readonly partial: number;
}

export interface ShardCoverage {
  readonly rule: number;
  readonly shard: string;
  /** Groups of the rule that expect the shard. */
  readonly expected: number;
  /** Groups of the rule that expect the shard and have its contribution. */
  readonly contributed: number;
}
