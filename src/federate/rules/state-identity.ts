import { floatAggregations, type StateKind } from './float-aggregation.ts';
import { averageIdentity } from './weighted-average.ts';

/** The state of no sample of an aggregation whose states have a fixed number of cells. */
export function stateIdentity(kind: Exclude<StateKind, 'buckets'>): readonly number[] {
  return kind === 'avg' ? averageIdentity : floatAggregations[kind].identity;
}
