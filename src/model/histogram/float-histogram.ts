/** A run of consecutive buckets; `offset` counts the empty ones skipped since the end of the span before (or since index 0). */
export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

/** How a histogram relates to the one before it in its series. */
export type CounterResetHint = 'unknown' | 'reset' | 'no-reset' | 'gauge';

/**
 * A native histogram with float counts. Immutable: operations return new ones. Integer histograms of the wire are turned
 * into this form when decoded, as Prometheus' query engine does.
 * @see https://prometheus.io/docs/specs/native_histograms/
 */
export interface FloatHistogram {
  readonly counterResetHint: CounterResetHint;
  /** -4…8 for exponential buckets, -53 for custom ones. */
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positiveSpans: readonly BucketSpan[];
  /** Absolute counts, one for each bucket of the spans. */
  readonly positiveBuckets: Float64Array;
  readonly negativeSpans: readonly BucketSpan[];
  readonly negativeBuckets: Float64Array;
  /** Upper bounds of custom buckets without +Inf, ascending; empty unless `schema` is -53. */
  readonly customValues: readonly number[];
}
