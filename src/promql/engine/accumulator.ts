import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import type { AnnotationSink } from './annotations.ts';

/** Takes the samples of groups in, one by one, and gives one sample per group and step. */
export interface Accumulator {
  /** Makes room for so many groups. */
  reserve(groups: number): void;
  add(group: number, step: number, value: number): void;
  addHistogram(group: number, step: number, histogram: FloatHistogram): void;
  /** Undefined = no sample. */
  result(group: number, step: number): number | FloatHistogram | undefined;
}

export interface AccumulatorOptions {
  readonly steps: number;
  /** φ of `quantile`, per step. */
  readonly parameter: Float64Array | undefined;
  readonly annotations: AnnotationSink;
}
