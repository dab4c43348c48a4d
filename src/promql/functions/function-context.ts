import type { RawSeries } from '../../model/raw-series.ts';
import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { Span } from '../ast/ast.ts';
import type { AnnotationSink } from '../engine/annotations.ts';
import type { Grid } from '../engine/grid.ts';
import type { SeriesBlock } from '../engine/series-block.ts';

/** What a function is evaluated with besides its vector argument. */
export interface FunctionContext {
  readonly grid: Grid;
  readonly annotations: AnnotationSink;
  /** Of the call, and of each argument as written. */
  readonly span: Span;
  readonly argSpans: readonly Span[];
  /** Scalar arguments by argument position: one value per step. Undefined where the argument is no scalar. */
  readonly scalars: readonly (Float64Array | undefined)[];
  /** String arguments by argument position. */
  readonly strings: readonly (string | undefined)[];
}

/**
 * The samples of one series and the window of each step. Stale markers are already taken out, so `kinds` is FLOAT or
 * HISTOGRAM. Window `i` holds the samples with index `from[i] <= k < to[i]`; their times lie in `(rangeEndMs(i) - rangeMs, rangeEndMs(i)]`.
 */
export interface SeriesWindows {
  readonly series: RawSeries;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly rangeMs: number;
  /** Right edge of window `i` with `offset` and `@` applied, Unix ms. */
  rangeEndMs(step: number): number;
}

/** Where a kernel writes one series: element `at + step` of the columns of a block. */
export interface OutputRow {
  readonly values: Float64Array;
  /** ABSENT on entry; the kernel sets PRESENT or PRESENT_HISTOGRAM. */
  readonly present: Uint8Array;
  readonly at: number;
  setHistogram(step: number, histogram: FloatHistogram): void;
}

/** `rate`, `sum_over_time` …: all steps of one series. Annotations are added for the metric name of the series. */
export type RangeKernel = (windows: SeriesWindows, output: OutputRow, context: FunctionContext) => void;

/**
 * `abs`, `round`, `histogram_sum` …: overwrites the values of a block in place, or returns another one. Names are dropped by
 * the engine, not here.
 */
type BlockKernel = (block: SeriesBlock, context: FunctionContext) => SeriesBlock;

/**
 * Functions that look at the whole vector at once (`histogram_quantile`, `label_replace`, `sort`, `absent` …): get every
 * block of the argument (each `vectors[i]` is one vector argument, in argument order, concatenated into one block).
 * They return complete label sets, names dropped or kept as the function does.
 */
type VectorKernel = (vectors: readonly SeriesBlock[], context: FunctionContext) => SeriesBlock;

export type FunctionImplementation =
  /** `keepsName`: last_over_time and first_over_time. */
  | { readonly shape: 'range'; readonly kernel: RangeKernel; readonly keepsName?: boolean }
  | { readonly shape: 'block'; readonly kernel: BlockKernel; readonly keepsName?: boolean }
  | { readonly shape: 'vector'; readonly kernel: VectorKernel; readonly isOrdered?: boolean }
  /** No vector argument: `time`, `pi`. One value per step. */
  | { readonly shape: 'scalar'; readonly evaluate: (context: FunctionContext) => Float64Array };
