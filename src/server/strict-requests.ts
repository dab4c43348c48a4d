import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../model/errors.ts';
import { replyError } from './error-reply.ts';
import { guardRequests } from './guard-requests.ts';

/** Why a request was refused before it was looked at: what the metric counts by. */
export type RefusalReason = 'request_line' | 'headers' | 'host' | 'target' | 'syntax' | 'timeout' | 'connections';

export interface RequestLimits {
  readonly maxRequestLineBytes: number;
  /** Of all header fields together. */
  readonly maxHeaderBytes: number;
}

/** So many header fields are refused, whatever their size. */
export const maxHeaderCount = 1000;

/** Refuses, before anyone is authenticated, what Go's server would not hand to Prometheus either. */
export function refuseStrangeRequests(
  app: FastifyInstance,
  limits: RequestLimits,
  metrics: { countRefused(reason: RefusalReason): void },
): void {
  guardRequests(app, (request, reply) => {
    const refusal = refusalOf(request.raw, limits);
    if (refusal === undefined) return undefined;
    metrics.countRefused(refusal.reason);
    reply.header('Connection', 'close');
    return replyError(reply, refusal.error);
  });
}

interface Refusal {
  readonly reason: RefusalReason;
  readonly error: GatewayError;
}

function refusalOf(request: IncomingMessage, limits: RequestLimits): Refusal | undefined {
  return sizeRefusal(request, limits) ?? hostRefusal(request) ?? targetRefusal(request.url ?? '');
}

function sizeRefusal(request: IncomingMessage, limits: RequestLimits): Refusal | undefined {
  const { maxRequestLineBytes, maxHeaderBytes } = limits;
  const { rawHeaders, method = '', url = '' } = request;
  const lineBytes = `${method} ${url} HTTP/1.1`.length;
  if (lineBytes > maxRequestLineBytes) {
    const message = `request line of ${lineBytes} bytes exceeds ${maxRequestLineBytes} bytes: use fewer or shorter match[]`;
    return { reason: 'request_line', error: new GatewayError('PG_REQUEST_LINE_TOO_LONG', message) };
  }
  const headerBytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  const count = rawHeaders.length / 2;
  if (headerBytes <= maxHeaderBytes && count < maxHeaderCount) return undefined;
  const message =
    count < maxHeaderCount
      ? `header fields of ${headerBytes} bytes exceed ${maxHeaderBytes} bytes`
      : `the request has more than ${maxHeaderCount - 1} header fields`;
  return { reason: 'headers', error: new GatewayError('PG_HEADERS_TOO_LARGE', message) };
}

/** Characters as in Go: whatever may stand in a host, a port or an address of any kind. */
const hostCharacters = /^[\w!$%&'()*+,\-.:;=[\]~]*$/;

function hostRefusal({ rawHeaders, httpVersion }: IncomingMessage): Refusal | undefined {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'host');
  if (hosts.length === 0 && httpVersion === '1.0') return undefined;
  if (hosts.length === 0) return bad('host', 'missing required Host header');
  if (hosts.length > 1) return bad('host', 'more than one Host header');
  return hostCharacters.test(hosts[0]!) ? undefined : bad('host', 'malformed Host header');
}

/** `url` is the target as it was rewritten for the router, which would take a `#` for the begin of a query. */
function targetRefusal(url: string): Refusal | undefined {
  if (!url.startsWith('/')) return bad('target', 'the request target must be a path or an http URL');
  return url.includes('#') ? bad('target', 'the request target must not have a fragment') : undefined;
}

function bad(reason: RefusalReason, message: string): Refusal {
  return { reason, error: new GatewayError('PG_BAD_REQUEST', message) };
}
