import type { LabelSet } from '../../model/label-set.ts';
import type { Signal } from './signal.ts';

/** One series of the simulated fleet, without external labels. */
export interface SimulatedSeries {
  readonly name: string;
  readonly labels: LabelSet;
  readonly valueAt: Signal;
}
