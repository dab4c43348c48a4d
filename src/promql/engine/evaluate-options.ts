import type { AnnotationSink } from './annotations.ts';
import type { Grid } from './grid.ts';
import type { SampleSource } from './sample-source.ts';

export interface EvaluateOptions {
  readonly grid: Grid;
  readonly source: SampleSource;
  readonly annotations: AnnotationSink;
  readonly lookbackDeltaMs: number;
  /** Step of subqueries that name none. */
  readonly defaultEvaluationIntervalMs: number;
  /** Prometheus' feature flag `promql-delayed-name-removal`; off by default there. */
  readonly delayedNameRemoval: boolean;
  /** Prometheus' feature flag `type-and-unit-labels`: `__type__` and `__unit__` go where the name goes. */
  readonly typeAndUnitLabels: boolean;
  /** Samples held at once; beyond it `query processing would load too many samples into memory in query execution`. */
  readonly maxSamples: number;
  /** Told at the end, also of a failure, what was read from sources and held at most. */
  readonly onSamples?: (samples: { readonly read: number; readonly peak: number }) => void;
  /** Fires when the client left (`canceled`) or the time is over (`timeout`); its reason is a QueryError. */
  readonly signal: AbortSignal;
  /** Unix ms, what an instant query without a time was asked at; for functions such as `time()` the grid counts, not this. */
  readonly now: () => number;
}
