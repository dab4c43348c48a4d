import type { LabelSet } from '../../model/label-set.ts';

/** What happens to the series of one metric name. */
export interface FamilyAction {
  /** Which lines leave; a predicate gets the full label set as it leaves, without replica labels. */
  readonly pass: 'all' | 'none' | ((labels: LabelSet) => boolean);
  /**
   * Called for the line that won among the replicas, also when it does not leave. `labels` as for `pass`;
   * `timestampMs` is NaN where the line has none.
   */
  readonly rule?: (labels: LabelSet, value: number, timestampMs: number) => void;
}

/**
 * Which series are kept apart by replica, replica label included: `all`, `none`, or those for which the predicate holds.
 * The predicate may also say by the metric name alone that it holds for `all` of its series, for `none`, or for `some`.
 */
export type KeepReplicas =
  | 'none'
  | 'all'
  | (((name: string, labels: LabelSet) => boolean) & {
      readonly matchesName?: (name: string) => 'all' | 'none' | 'some';
    });
