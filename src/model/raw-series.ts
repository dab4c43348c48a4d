import type { FloatHistogram } from './histogram/float-histogram.ts';
import type { SeriesLabels } from './series-labels.ts';

/** What a sample is; see {@link RawSeries.kinds}. */
export const FLOAT = 0;
export const STALE = 1;
export const HISTOGRAM = 2;

/** Samples of one series as they were scraped. Columns of equal length; timestamps strictly ascending. Never mutated once handed over. */
export interface RawSeries {
  readonly labels: SeriesLabels;
  /** Unix ms. */
  readonly timestampsMs: Float64Array;
  /** Undefined content where the kind is not {@link FLOAT}. */
  readonly values: Float64Array;
  /** {@link FLOAT}, {@link STALE} or {@link HISTOGRAM} per sample; undefined = all are floats. Stale markers are told here, never by NaN bits. */
  readonly kinds?: Uint8Array;
  /** Where the kind is {@link HISTOGRAM}; undefined = there is none. */
  readonly histograms?: readonly (FloatHistogram | undefined)[];
}
