import type { FloatOperation } from './float-aggregation.ts';
import type { RatioUse, Refusal } from './partial-aggregates.ts';

/** What the rules do with the series of one metric name. */
export interface NameUses {
  readonly uses: readonly NameUse[];
  /** Whether the series are passed on as well. */
  readonly keep: boolean;
}

/** One rule's use of a metric name. `rule` is its index, `record` the name of the output. */
export type NameUse =
  /** Each series enters the output's group. */
  | { readonly as: 'value'; readonly rule: number; readonly record: string; readonly operation: FloatOperation }
  /** Each series enters the output's group with the weight that the series of equal labels of `weight` holds. */
  | { readonly as: 'weighted'; readonly rule: number; readonly record: string; readonly weight: string }
  /** May be the weight of a source. */
  | { readonly as: 'weight'; readonly rule: number }
  /** Each series is a classic bucket. */
  | { readonly as: 'bucket'; readonly rule: number; readonly record: string }
  /** The name alone asks for the ratio of two other metrics. */
  | ({ readonly as: 'trigger' } & RatioUse)
  /** May be the numerator or denominator of a ratio: summed under its own name. */
  | { readonly as: 'term'; readonly rule: number }
  | ({ readonly as: 'refused' } & Refusal);
