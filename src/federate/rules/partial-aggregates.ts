import type { StateKind } from './float-aggregation.ts';

/**
 * What one shard's series amount to, per rule and group: plain data, cheap to clone between threads. Grows with groups,
 * not with series.
 */
export interface PartialAggregates {
  readonly streams: readonly PartialStream[];
  /** Which `ratio_of` outputs the shard's metric names ask for. */
  readonly ratios: readonly RatioUse[];
  /** Names that a rule matched and would not aggregate, at most {@link maxRefusals}. */
  readonly refusals: readonly Refusal[];
  /** Series left out of a weighted average because the shard has no weight of the same labels. */
  readonly unweighted: number;
  /** Series left out of a quantile because `le` is no number. */
  readonly badBuckets: number;
}

/** Partial aggregates of one rule that go by one name, at least one. `keys`, `timestampsMs` and the states are parallel. */
export interface PartialStream extends StreamName {
  readonly keys: GroupKeys;
  /** Newest sample timestamp of each group, Unix ms; Infinity when a sample had none. */
  readonly timestampsMs: Float64Array;
  /** The groups' states one after the other; state `i` starts at `offsets[i]` and ends where the next one starts. */
  readonly states: Float64Array;
  /** One longer than `timestampsMs`. */
  readonly offsets: Uint32Array;
}

/**
 * The groups of a stream. Streams of the same groups share the object, as those of rules that read one kind of label set
 * mostly do: it then crosses to another thread once.
 */
export interface GroupKeys {
  /** Label key ({@link labelKey}) of each group, unique, as {@link encodeLabelKeys} writes them. */
  readonly bytes: Uint8Array;
}

export interface StreamName {
  /** Index of the rule in the configuration. */
  readonly rule: number;
  readonly kind: StateKind;
  /** `record`: `name` is the output's; `term`: one side of a ratio, `name` is the metric that was summed. */
  readonly role: 'record' | 'term';
  readonly name: string;
}

/** A text that two stream names share exactly when they are equal. */
export function streamId({ rule, kind, role, name }: StreamName): string {
  return `${rule} ${kind} ${role} ${name}`;
}

/** One output of a `ratio_of` rule: the names of the two terms depend on the captures, as the output's does. */
export interface RatioUse {
  readonly rule: number;
  readonly record: string;
  readonly numerator: string;
  readonly denominator: string;
}

/** A metric name that a rule matched and would not aggregate. */
export interface Refusal {
  readonly rule: number;
  readonly name: string;
  readonly reason: string;
}

/** Refused names that one shard's answer reports; a fleet with more has a rule to mend, and the first ones show which. */
export const maxRefusals = 1000;
