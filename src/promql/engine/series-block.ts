import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';

/** Values of {@link SeriesBlock.present}. */
export const ABSENT = 0;
export const PRESENT = 1;
export const PRESENT_HISTOGRAM = 2;

/**
 * An instant vector over a grid: series × steps, row-major (`series * steps + step`). Series are in no order and may be
 * absent at any step, at all steps too. Whoever holds a block owns it: an operator may overwrite the block that it was given.
 */
export interface SeriesBlock {
  readonly steps: number;
  readonly labels: SeriesLabels[];
  /** Undefined content where not {@link PRESENT}. */
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /** Where {@link PRESENT_HISTOGRAM}; undefined = there is none. Sparse, same index as `values`. */
  readonly histograms?: (FloatHistogram | undefined)[];
  /**
   * With delayed name removal: per series whether `__name__` (and type and unit labels) are to be dropped at the end.
   * Undefined = none.
   */
  readonly dropName?: Uint8Array;
}
