import type { LabelSet } from '../../model/label-set.ts';

/**
 * What a request read of the rules' sources when it did not read all: requests of equal `key` read the same. Groups
 * outside are neither judged nor given.
 */
export interface RuleScope {
  readonly key: string;
  covers(group: { readonly rule: number; readonly record: string; readonly labels: LabelSet }): boolean;
}
