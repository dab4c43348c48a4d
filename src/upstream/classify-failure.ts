import { GatewayError, type ErrorCode } from '../model/errors.ts';
import { isTlsFailure, tlsAdvice } from './tls-failure.ts';

/** How far a read had come when it failed: decides what an unknown transport error means. */
export interface ReadProgress {
  /** Name of the replica, for the message. */
  readonly replica: string;
  /** What was asked. Default: a replica. */
  readonly role?: string;
  /** Origin of the proxy between, if any. */
  readonly proxy?: string | undefined;
  /** Whether the response headers had arrived. */
  readonly answered: boolean;
  /** Bytes of the body received, as they came over the wire. */
  readonly wireBytes: number;
}

const codeByCause: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'PG_UPSTREAM_CONNECT',
  EHOSTUNREACH: 'PG_UPSTREAM_CONNECT',
  ENETUNREACH: 'PG_UPSTREAM_CONNECT',
  EADDRNOTAVAIL: 'PG_UPSTREAM_CONNECT',
  UND_ERR_CONNECT_TIMEOUT: 'PG_UPSTREAM_CONNECT',
  ENOTFOUND: 'PG_UPSTREAM_DNS',
  EAI_AGAIN: 'PG_UPSTREAM_DNS',
  EAI_FAIL: 'PG_UPSTREAM_DNS',
  EAI_NODATA: 'PG_UPSTREAM_DNS',
  ECONNRESET: 'PG_UPSTREAM_RESET',
  EPIPE: 'PG_UPSTREAM_RESET',
  UND_ERR_SOCKET: 'PG_UPSTREAM_RESET',
  UND_ERR_INFO: 'PG_UPSTREAM_RESET',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'PG_UPSTREAM_RESET',
  UND_ERR_HEADERS_OVERFLOW: 'PG_UPSTREAM_ENCODING',
  UND_ERR_DESTROYED: 'PG_UPSTREAM_CLOSED',
  UND_ERR_CLOSED: 'PG_UPSTREAM_CLOSED',
  UND_ERR_PRX_CONN: 'PG_UPSTREAM_PROXY',
  UND_ERR_PRX_TLS: 'PG_UPSTREAM_PROXY',
  UND_ERR_INVALID_ARG: 'PG_INTERNAL',
};

const explanation: Partial<Record<ErrorCode, string>> = {
  PG_UPSTREAM_CONNECT: 'connection could not be made',
  PG_UPSTREAM_TLS: 'no TLS connection',
  PG_UPSTREAM_DNS: 'host name could not be resolved',
  PG_UPSTREAM_ENCODING: 'response cannot be decoded',
  PG_UPSTREAM_CLOSED: 'read closed by the gateway',
};

/**
 * The {@link GatewayError} for whatever ended a read: a {@link GatewayError} is returned as it is, everything else gets
 * one of the `PG_UPSTREAM_*` codes (or `PG_INTERNAL` for a request that we built wrong) and a message with the replica.
 */
export function classifyFailure(error: unknown, progress: ReadProgress): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = failureCode(error, progress);
  const what = describeFailure(code, progress);
  const reason = code === 'PG_UPSTREAM_TLS' ? describeTls(error) : failureReason(error);
  const message = what === '' ? reason : `${what}: ${reason}`;
  return new GatewayError(code, `${progress.role ?? 'replica'} ${progress.replica}: ${message}`, {
    details: { replica: progress.replica },
    cause: error,
  });
}

function describeFailure(code: ErrorCode, progress: ReadProgress): string {
  if (code === 'PG_UPSTREAM_RESET') return describeReset(progress);
  if (code === 'PG_UPSTREAM_PROXY') return `no connection through proxy ${progress.proxy ?? ''}`;
  return explanation[code] ?? '';
}

function failureCode(error: unknown, progress: ReadProgress): ErrorCode {
  const cause = causeCode(error);
  if (progress.proxy !== undefined && isRefusedByProxy(error, cause)) return 'PG_UPSTREAM_PROXY';
  const known = codeByCause[cause];
  // Before the request can be sent, all connections are those to the proxy.
  const mayBeProxy = known === 'PG_UPSTREAM_CONNECT' || known === 'PG_UPSTREAM_DNS';
  if (progress.proxy !== undefined && mayBeProxy) return 'PG_UPSTREAM_PROXY';
  if (known !== undefined) return known;
  if (isTlsFailure(cause)) return 'PG_UPSTREAM_TLS';
  // undici 8 gives its parser errors no usable code; the reason is only in the message.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return /\bEOF\b/.test(error.message) ? 'PG_UPSTREAM_RESET' : 'PG_UPSTREAM_ENCODING';
  }
  if (/^(?:Z_|ZSTD_|ERR_ZSTD)/.test(cause)) return 'PG_UPSTREAM_ENCODING';
  // What is left before the headers are failures to set up the connection.
  if (cause !== '') return progress.answered ? 'PG_UPSTREAM_RESET' : 'PG_UPSTREAM_CONNECT';
  return 'PG_INTERNAL';
}

/** undici gives an answer of the proxy other than success the codes of other things; only the message tells. */
function isRefusedByProxy(error: unknown, cause: string): boolean {
  if (!(error instanceof Error)) return false;
  return (
    (cause === 'UND_ERR_ABORTED' && error.message.startsWith('Proxy response')) ||
    (cause === 'UND_ERR_INVALID_ARG' && error.message.startsWith('Proxy Authentication Required'))
  );
}

function causeCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function describeTls(error: unknown): string {
  // OpenSSL's own words are a line of numbers, functions and files; Node.js adds advice of its own.
  const reason = error instanceof Error && 'reason' in error ? error.reason : undefined;
  const words = typeof reason === 'string' ? reason : failureReason(error).split('; ', 1)[0]!;
  const advice = tlsAdvice(causeCode(error));
  return advice === '' ? words : `${words}: ${advice}`;
}

function describeReset({ answered, wireBytes }: ReadProgress): string {
  return answered ? `connection lost after ${wireBytes} bytes of the body` : 'connection lost before the response';
}

function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Happy-eyeballs attempts come as an AggregateError without a message of its own.
  if (error.message === '' && error instanceof AggregateError) return error.errors.map(failureReason).join(', ');
  return error.message === '' ? causeCode(error) : error.message;
}
