/** `errorType` of Prometheus' API, and `forbidden`, which it leaves to proxies. */
export type QueryErrorType =
  | 'bad_data'
  | 'execution'
  | 'canceled'
  | 'timeout'
  | 'internal'
  | 'unavailable'
  | 'not_found'
  | 'forbidden';

/** A query that failed: `message` is, to the byte, what Prometheus puts into `error`. Survives a thread boundary as {type, message}. */
export class QueryError extends Error {
  readonly type: QueryErrorType;

  constructor(type: QueryErrorType, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'QueryError';
    this.type = type;
  }
}
