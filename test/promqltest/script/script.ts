import type { FloatHistogram } from '../../../src/model/histogram/float-histogram.ts';
import type { SeriesLabels } from '../../../src/model/series-labels.ts';

/** A sample of the script notation; undefined = no sample there (`_`). */
export type Point =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'histogram'; readonly histogram: FloatHistogram; readonly isHintGiven: boolean }
  | undefined;

export interface SeriesPoints {
  readonly labels: SeriesLabels;
  readonly points: readonly Point[];
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are also loaded as native ones with custom buckets. */
  readonly withCustomBuckets: boolean;
  readonly series: readonly SeriesPoints[];
}

export interface Expectation {
  readonly what: 'fail' | 'warn' | 'info' | 'no_warn' | 'no_info' | 'ordered';
  readonly message?: string;
  readonly pattern?: RegExp;
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly isInstant: boolean;
  readonly startMs: number;
  /** 1 for an instant evaluation. */
  readonly stepMs: number;
  readonly steps: number;
  readonly expectations: readonly Expectation[];
  /** In the order of the lines; an instant evaluation has one point a series. */
  readonly series: readonly SeriesPoints[];
  readonly scalar?: number;
  readonly string?: string;
  /** `expect range vector from … to … step …`: the points lie on this grid. */
  readonly rangeVector?: { readonly startMs: number; readonly stepMs: number };
}

export type Command = LoadCommand | EvalCommand | { readonly kind: 'clear'; readonly line: number };
