import { GatewayError, type ErrorCode, type ErrorDetails } from '../model/errors.ts';
import { clockSkewMs } from './clock-skew.ts';
import { decodeBody } from './decode-body.ts';
import { retryAfterMs } from './retry-after.ts';
import { deniedError, isDenied } from './denied.ts';
import { endsUnseen } from './ends-unseen.ts';
import type { HttpResponse } from './http-request.ts';
import { readExcerpt } from './read-excerpt.ts';
import { addressOf, type ReadContext, type ReadLimits, type UpstreamTarget } from './upstream-target.ts';

export interface FederateRead extends ReadLimits {
  /** Selectors as text, at least one. */
  readonly match: readonly string[];
}

export interface FederateResponse {
  readonly contentType: string;
  /** Whether the content type names version 0.0.4, whose families begin with TYPE lines (VictoriaMetrics sends none). */
  readonly hasTypeLines: boolean;
  /**
   * Decoded; one consumer. Chunks of any size and cut; one is valid until the next but one is asked for. Reads ahead by less than 1 MiB. To be read
   * to its end or returned early (`break` does): until then it holds a connection, at most until the deadline.
   * Fails with the codes of {@link openFederate}.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes of the body received so far, before decoding. */
  readonly wireBytes: () => number;
  /** See {@link clockSkewMs}. */
  readonly clockSkewMs: number;
}

/** Text with names as they are; servers that know no escaping take the second clause. */
const accept = 'text/plain;version=0.0.4;escaping=allow-utf-8,text/plain;version=0.0.4;q=0.8,text/plain;q=0.5';

/**
 * Asks a replica for `/federate`; resolves when it answered 200 with text.
 * @throws {@link GatewayError} `PG_UPSTREAM_CONNECT`, `_DNS`, `_TLS`, `_PROXY`, `_SECRET`, `_TOKEN`, `_AUTH`, `_RESET`, `_TIMEOUT`, `_STATUS`, `_REDIRECT`,
 * `_CONTENT_TYPE`, `_ENCODING`, `_CLOSED`; messages name the replica. The connection is then free or closed.
 * @see spec.md §1.5, §1.7, §1.8
 */
export async function openFederate(
  context: ReadContext,
  target: UpstreamTarget,
  read: FederateRead,
): Promise<FederateResponse> {
  const query = new URLSearchParams(read.match.map((selector): [string, string] => ['match[]', selector]));
  const sentMs = context.now();
  const response = await context.send({
    deadlineMs: read.deadlineMs,
    signal: read.signal,
    replica: target.name,
    path: `${addressOf(target).basePath}/federate?${query.toString()}`,
    headers: {
      accept,
      'accept-encoding': target.enableCompression ? 'gzip' : 'identity',
      'user-agent': context.userAgent,
      'x-prometheus-scrape-timeout-seconds': formatSeconds(read.deadlineMs - context.now()),
    },
  });
  const answeredMs = context.now();
  try {
    await assertFederateResponse(response, target.name, { ...context, nowMs: context.now() });
    const contentType = response.header('content-type');
    return {
      contentType,
      hasTypeLines: /;\s*version="?0\.0\.4"?\s*(?:;|$)/i.test(contentType),
      body: decodeBody(response.body, response.header('content-encoding'), target.name),
      wireBytes: () => response.body.bytes,
      clockSkewMs: clockSkewMs(response.header('date'), sentMs, answeredMs),
    };
  } catch (error) {
    await response.body.return();
    throw error;
  }
}

function formatSeconds(ms: number): string {
  return String(Math.max(1, Math.round(ms)) / 1000);
}

async function assertFederateResponse(
  response: HttpResponse,
  replica: string,
  { credentials, nowMs }: Pick<ReadContext, 'credentials'> & { readonly nowMs: number },
): Promise<void> {
  const { status, header } = response;
  const refuse = (code: ErrorCode, reason: string, more: ErrorDetails = {}): GatewayError =>
    new GatewayError(code, `replica ${replica}: ${reason}`, { details: { replica, status, ...more } });
  if (status >= 300 && status < 400) throw refuse('PG_UPSTREAM_REDIRECT', await describeRedirect(response, replica));
  if (isDenied(status)) throw await deniedError(response, replica, credentials);
  if (status !== 200) {
    const excerpt = await readExcerpt(response, replica);
    const reason = excerpt === '' ? `status ${status}` : `status ${status}: ${excerpt}`;
    const leaveMs = status === 429 || status === 503 ? retryAfterMs(header('retry-after'), nowMs) : 0;
    throw refuse('PG_UPSTREAM_STATUS', reason, leaveMs > 0 ? { retryAfterMs: leaveMs } : {});
  }
  const mediaType = header('content-type').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType !== 'text/plain') {
    const got = mediaType === '' ? 'no content type' : `content type ${mediaType.slice(0, 80)}`;
    throw refuse('PG_UPSTREAM_CONTENT_TYPE', `${got} where text/plain is expected; is this a Prometheus server?`);
  }
  if (endsUnseen(response)) {
    const reason = 'response has neither a length, nor chunks, nor compression: its end cannot be told from a cut';
    throw refuse('PG_UPSTREAM_ENCODING', reason);
  }
}

async function describeRedirect(response: HttpResponse, replica: string): Promise<string> {
  await readExcerpt(response, replica);
  // Only the place: a query may hold a token.
  const place = response
    .header('location')
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/@]*@/, '//');
  const where = place === '' ? '' : ` to ${place.slice(0, 200)}`;
  return `status ${response.status}, a redirect${where}, is not followed: configure the final address`;
}
