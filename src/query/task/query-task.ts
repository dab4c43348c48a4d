import type { PlainError } from '../../model/errors.ts';
import type { ReadFormat, ReadQuery } from '../../remote/read-request.ts';
import type { QueryErrorType } from '../../promql/engine/query-error.ts';
import type { SharedJson } from '../../workers/shared-json.ts';
import type { QueryTally } from '../query-tally.ts';
import type { QueryRequest } from '../service.ts';

/** One query for a worker thread: plain data. */
export interface QueryTask {
  readonly kind: 'query';
  /** The `Config` that the request began with. */
  readonly config: SharedJson;
  readonly request: QueryRequest;
  /** By shard: the replica to prefer, an index into `ShardConfig.replicas`. */
  readonly leaders: readonly number[];
  /** By shard: replicas that are left alone, never all of a shard. */
  readonly avoided: readonly (readonly number[])[];
  /** Unix ms. */
  readonly askedMs: number;
  /** Unix ms. */
  readonly deadlineMs: number;
}

/** One remote read for a worker thread: plain data. */
export interface ReadTask {
  readonly kind: 'read';
  /** The `Config` that the request began with. */
  readonly config: SharedJson;
  readonly queries: readonly ReadQuery[];
  readonly format: ReadFormat;
  readonly tenant: string | undefined;
  readonly leaders: readonly number[];
  readonly avoided: readonly (readonly number[])[];
  readonly deadlineMs: number;
}

/** Sent with the first block of an answer. */
export interface QueryBlockMeta {
  readonly status: number;
  readonly length: number;
}

/** What the main thread learns when a query has ended. */
export interface QueryTaskResult {
  /** A failure after the first block; those before it are answers. */
  readonly error?: PlainError;
  readonly replicaErrors: readonly { readonly shard: string; readonly replica: string; readonly error: PlainError }[];
  /** `success`, or the type of the error that was answered. */
  readonly outcome: 'success' | QueryErrorType;
  readonly tally: QueryTally;
}
