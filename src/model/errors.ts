/**
 * The closed set of error codes: what a code means to an HTTP client (`status`) and to a caller that may ask again
 * (`canRetry`). `docs/errors.md` lists the same codes; a test compares both directions.
 */
export const errorCodes = {
  // the operator's input
  PG_CONFIG_INVALID: { status: 500, canRetry: false },
  PG_USAGE: { status: 500, canRetry: false },
  // the client's input
  PG_BAD_REQUEST: { status: 400, canRetry: false },
  PG_SELECTOR_INVALID: { status: 400, canRetry: false },
  PG_METHOD_NOT_ALLOWED: { status: 405, canRetry: false },
  PG_NOT_FOUND: { status: 404, canRetry: false },
  PG_REQUEST_LINE_TOO_LONG: { status: 414, canRetry: false },
  PG_HEADERS_TOO_LARGE: { status: 431, canRetry: false },
  PG_UNAUTHORIZED: { status: 401, canRetry: false },
  PG_FORBIDDEN: { status: 403, canRetry: false },
  PG_LOGIN_LIMITED: { status: 429, canRetry: true },
  PG_OVERLOADED: { status: 503, canRetry: true },
  PG_SHUTTING_DOWN: { status: 503, canRetry: true },
  PG_CLIENT_GONE: { status: 499, canRetry: false },
  PG_CLIENT_SLOW: { status: 408, canRetry: true },
  // one upstream read
  PG_UPSTREAM_CONNECT: { status: 502, canRetry: true },
  PG_UPSTREAM_DNS: { status: 502, canRetry: true },
  PG_UPSTREAM_TLS: { status: 502, canRetry: false },
  PG_UPSTREAM_PROXY: { status: 502, canRetry: true },
  PG_UPSTREAM_SECRET: { status: 502, canRetry: false },
  PG_UPSTREAM_TOKEN: { status: 502, canRetry: true },
  PG_UPSTREAM_AUTH: { status: 502, canRetry: false },
  PG_UPSTREAM_RESET: { status: 502, canRetry: true },
  PG_UPSTREAM_TIMEOUT: { status: 504, canRetry: true },
  PG_UPSTREAM_STATUS: { status: 502, canRetry: true },
  PG_UPSTREAM_REDIRECT: { status: 502, canRetry: false },
  PG_UPSTREAM_CONTENT_TYPE: { status: 502, canRetry: false },
  PG_UPSTREAM_ENCODING: { status: 502, canRetry: true },
  PG_UPSTREAM_SLOW: { status: 504, canRetry: true },
  PG_UPSTREAM_CLOSED: { status: 499, canRetry: false },
  // what an upstream wrote
  PG_PARSE_INVALID: { status: 502, canRetry: false },
  PG_LIMIT_LINE: { status: 502, canRetry: false },
  PG_LIMIT_LABELS: { status: 502, canRetry: false },
  PG_LIMIT_LABEL_VALUE: { status: 502, canRetry: false },
  PG_LIMIT_UPSTREAM_BYTES: { status: 502, canRetry: false },
  PG_LIMIT_BUFFER: { status: 502, canRetry: false },
  // the answer as a whole
  PG_LIMIT_SERIES: { status: 422, canRetry: false },
  PG_LIMIT_RESPONSE_BYTES: { status: 422, canRetry: false },
  PG_LIMIT_GROUPS: { status: 422, canRetry: false },
  PG_SHARD_UNAVAILABLE: { status: 503, canRetry: true },
  PG_WORKER_CRASHED: { status: 503, canRetry: true },
  PG_INTERNAL: { status: 500, canRetry: false },
} as const;

export type ErrorCode = keyof typeof errorCodes;
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * The only error class of promgate. Callers branch on {@link GatewayError.code}, never on the message.
 * Messages are lower case, name the limit and the actual value, and never hold a secret.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  get canRetry(): boolean {
    return errorCodes[this.code].canRetry;
  }
}

/** The part of an error that survives a thread boundary; see {@link fromPlainError}. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** Classification is total: what is not a {@link GatewayError} becomes `PG_INTERNAL` with the original as its cause. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new GatewayError('PG_INTERNAL', message, { cause: error });
}

export function toPlainError(error: unknown): PlainError {
  const { code, message, details } = toGatewayError(error);
  return { code, message, details };
}

export function fromPlainError(plain: PlainError): GatewayError {
  return new GatewayError(plain.code, plain.message, { details: plain.details });
}
