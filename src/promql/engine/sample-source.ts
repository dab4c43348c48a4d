import type { Matcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import type { Grid } from './grid.ts';
import type { SeriesBlock } from './series-block.ts';

/** What a selector needs, as remote read's hints say it. */
export interface SelectHints {
  readonly stepMs: number;
  /** The function or aggregation around the selector, `""` for none. */
  readonly function: string;
  readonly rangeMs: number;
  readonly grouping: readonly string[];
  readonly by: boolean;
}

export interface SelectRequest {
  readonly matchers: readonly Matcher[];
  /** Samples with `startMs <= t <= endMs` are asked for; more may be given. Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly hints: SelectHints;
}

/** What a selector of rule outputs needs. */
export interface RuleOutputRequest {
  /** Applied to the outputs, never to what they are made of. */
  readonly matchers: readonly Matcher[];
  /** When to evaluate the rules, Unix ms; ascending. */
  readonly timesMs: Float64Array;
  readonly lookbackDeltaMs: number;
  /** Told of every raw sample that was read. */
  readonly countRead: (samples: number) => void;
  /** Told of what is held until the answer is there. @throws QueryError over the limit */
  readonly hold: (samples: number) => void;
}

/** Where an engine gets its samples; every label set at most once per call. */
export interface SampleSource {
  /** Batches of series in any order. Labels hold the shards' external labels, not the replicas'. */
  select(request: SelectRequest, signal: AbortSignal): AsyncIterable<readonly RawSeries[]>;
  /** The outputs of aggregation rules that match, a column for each time. Only asked for expressions that hold `RuleOutputs`. */
  ruleOutputs?(request: RuleOutputRequest, signal: AbortSignal): Promise<SeriesBlock>;
  /** The vector of a `FetchedVector`, on the grid of the whole query. Only asked for expressions that a planner made. */
  fetched(part: number, grid: Grid, signal: AbortSignal): AsyncIterable<SeriesBlock>;
}
