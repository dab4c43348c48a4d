import type { ErrorCode } from '../model/errors.ts';

/** Values of the label `kind` of the error metrics of upstream reads. */
export type UpstreamErrorKind =
  | 'connect'
  | 'dns'
  | 'tls'
  | 'proxy'
  | 'secret'
  | 'token'
  | 'auth'
  | 'reset'
  | 'timeout'
  | 'status'
  | 'redirect'
  | 'content_type'
  | 'encoding'
  | 'slow'
  | 'parse'
  | 'limit'
  | 'closed'
  | 'internal';

const kinds: Partial<Record<ErrorCode, UpstreamErrorKind>> = {
  PG_UPSTREAM_CONNECT: 'connect',
  PG_UPSTREAM_DNS: 'dns',
  PG_UPSTREAM_TLS: 'tls',
  PG_UPSTREAM_PROXY: 'proxy',
  PG_UPSTREAM_SECRET: 'secret',
  PG_UPSTREAM_TOKEN: 'token',
  PG_UPSTREAM_AUTH: 'auth',
  PG_UPSTREAM_RESET: 'reset',
  PG_UPSTREAM_TIMEOUT: 'timeout',
  PG_UPSTREAM_STATUS: 'status',
  PG_UPSTREAM_REDIRECT: 'redirect',
  PG_UPSTREAM_CONTENT_TYPE: 'content_type',
  PG_UPSTREAM_ENCODING: 'encoding',
  PG_UPSTREAM_SLOW: 'slow',
  PG_UPSTREAM_CLOSED: 'closed',
  PG_CLIENT_GONE: 'closed',
  PG_PARSE_INVALID: 'parse',
  PG_LIMIT_LINE: 'limit',
  PG_LIMIT_LABELS: 'limit',
  PG_LIMIT_LABEL_VALUE: 'limit',
  PG_LIMIT_UPSTREAM_BYTES: 'limit',
  PG_LIMIT_BUFFER: 'limit',
};

/** The short kind of an error that ended a replica read; codes that no replica read can end with are `internal`. */
export function upstreamErrorKind(code: ErrorCode): UpstreamErrorKind {
  return kinds[code] ?? 'internal';
}
