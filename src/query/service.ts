import type { PartialResponse } from '../config/config.ts';
import type { ReadFormat, ReadQuery } from '../remote/read-request.ts';
import type { Grid } from '../promql/engine/grid.ts';

/** One instant or range query, parameters checked, the expression not parsed yet. */
export interface QueryRequest {
  readonly text: string;
  readonly isInstant: boolean;
  readonly grid: Grid;
  /** What the client allows; never more than the configuration does. */
  readonly timeoutMs: number | undefined;
  /** Series that the answer may hold; 0 = all. */
  readonly limit: number;
  readonly lookbackDeltaMs: number | undefined;
  readonly wantsStats: boolean;
  /** Whose view it is; undefined = one who may see everything. */
  readonly tenant: string | undefined;
  readonly partialResponse: PartialResponse;
  /** Whether the client takes gzip. */
  readonly acceptsGzip: boolean;
}

/** An answer of the API to be streamed, as a rule a JSON envelope of Prometheus'. */
export interface JsonAnswer {
  readonly status: number;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** The whole body in gzip, where it is to be had; `body` has to be read all the same. */
  readonly gzip?: Uint8Array;
  /** What the body is encoded with already; it is sent as it is then. */
  readonly contentEncoding?: string;
  /** One pass; a chunk is valid only until the next one is asked for. Throws when it cannot be completed: the connection must then be destroyed. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A remote read of a client. */
export interface ReadCall {
  readonly queries: readonly ReadQuery[];
  readonly format: ReadFormat;
  /** Whose view it is; undefined = one who may see everything. */
  readonly tenant: string | undefined;
}

export interface QueryService {
  /** Resolves when the whole value is known and its first bytes are there; errors of a query are answers as well. */
  query(request: QueryRequest, signal: AbortSignal): Promise<JsonAnswer>;
  /** Remote read in the format asked for, one result a query; errors are plain text. */
  read(request: ReadCall, signal: AbortSignal): Promise<JsonAnswer>;
  /** How the query would be answered; nothing is sent anywhere. */
  explain(request: QueryRequest, format: 'json' | 'text'): JsonAnswer;
}
