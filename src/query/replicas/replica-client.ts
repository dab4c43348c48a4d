import type { Matcher } from '../../model/matcher.ts';
import type { RawSeries } from '../../model/raw-series.ts';
import type { Grid } from '../../promql/engine/grid.ts';
import type { SelectHints } from '../../promql/engine/sample-source.ts';
import type { SeriesBlock } from '../../promql/engine/series-block.ts';

/** A read of raw samples from one replica. */
export interface ReplicaRead {
  readonly matchers: readonly Matcher[];
  /** Unix ms, both ends included. */
  readonly startMs: number;
  readonly endMs: number;
  readonly hints: SelectHints;
  /** Told of the bytes of the answer as they come. */
  readonly onBytes?: (bytes: number) => void;
}

/** A query for one replica to evaluate. */
export interface ReplicaQuery {
  readonly text: string;
  readonly grid: Grid;
  /** Ask `/api/v1/query` instead of `query_range`; the grid has one step then. */
  readonly isInstant: boolean;
  /** Undefined = the replica's own. */
  readonly lookbackDeltaMs: number | undefined;
  /** Whether to tell {@link ReplicaAnswer.samples}. */
  readonly wantsStats: boolean;
}

export interface AnswerRequest extends ReplicaQuery {
  /** Told of the answer as it came, before its only chunk, where it is gzip and short; undefined = wanted as it is. */
  readonly onGzip: ((bytes: Uint8Array) => void) | undefined;
}

/** A question for the metric names of series that match at least one of the selectors. */
export interface ReplicaNames {
  /** At least one. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** Unix ms, both ends included; names of series that have samples near it only may be given too. */
  readonly startMs: number;
  readonly endMs: number;
}

/** What a replica answered: a vector or scalar on the grid of the query. */
export interface ReplicaAnswer {
  /** In the order of the answer; a scalar is a series without labels. */
  readonly block: SeriesBlock;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** Samples that the replica read, where it told; otherwise 0. */
  readonly samples: number;
}

/**
 * One replica as queries see it. Methods fail with {@link GatewayError} when the replica did not answer as it should, and
 * with {@link QueryError} when it answered that the query itself is at fault.
 */
export interface ReplicaClient {
  /** `host:port`, for messages. */
  readonly name: string;
  /** Labels that the replica attaches to what leaves it; `{}` where it has none or does not tell. */
  externalLabels(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Batches of series, each series once, labels as the replica gives them (external ones included). In label set order
   * of the series' own labels as a rule; not relied upon.
   */
  read(request: ReplicaRead, signal: AbortSignal): AsyncIterable<readonly RawSeries[]>;
  query(request: ReplicaQuery, signal: AbortSignal): Promise<ReplicaAnswer>;
  /** The JSON of a success as it comes, bytes of it not looked at; a chunk is valid until the next one is asked for. */
  answer(request: AnswerRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Unique. */
  metricNames(request: ReplicaNames, signal: AbortSignal): Promise<readonly string[]>;
}
