import { decodeSmallBody } from './decode-small-body.ts';
import { deniedError, isDenied } from './denied.ts';
import { addressOf, type ReadContext, type ReadLimits, type UpstreamTarget } from './upstream-target.ts';

/** One read of the HTTP API of a replica. Everything in it must be safe to repeat. */
export interface ApiRead extends ReadLimits {
  /** From `/api/v1` on, without a query. */
  readonly path: string;
  /** Sent in the body of a POST, or as the query of a GET. */
  readonly form?: readonly (readonly [name: string, value: string])[];
  /** Of `form`; default POST. */
  readonly method?: 'GET' | 'POST';
  /** Beside those that every read has, whose names are in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a form: a body of its own. */
  readonly message?: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> };
  /** False: a body as it is, whatever the target allows. Default true. */
  readonly acceptsGzip?: boolean;
  /** Told of the body as it came, before its only chunk, where it is gzip and short. */
  readonly onGzip?: (bytes: Uint8Array) => void;
}

export interface ApiResponse {
  readonly status: number;
  readonly contentType: string;
  readonly header: (name: string) => string;
  /** Decoded, except snappy: a block has to be held whole, that is for its reader. As the body of a `FederateResponse`. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Asks a replica; resolves at the response headers, whatever the status is.
 * @throws {@link GatewayError} `PG_UPSTREAM_CONNECT`, `_DNS`, `_TLS`, `_PROXY`, `_SECRET`, `_TOKEN`, `_AUTH`, `_RESET`,
 * `_TIMEOUT`, `_ENCODING`, `_CLOSED`; messages name the replica
 */
export async function openApi(context: ReadContext, target: UpstreamTarget, read: ApiRead): Promise<ApiResponse> {
  const form =
    read.form === undefined ? '' : new URLSearchParams(read.form.map(([k, v]): [string, string] => [k, v])).toString();
  const isGet = read.method === 'GET';
  const message = read.message ?? (isGet ? undefined : formMessage(form));
  const response = await context.send({
    deadlineMs: read.deadlineMs,
    signal: read.signal,
    replica: target.name,
    path: `${addressOf(target).basePath}${read.path}${isGet && form !== '' ? `?${form}` : ''}`,
    headers: {
      accept: '*/*',
      'accept-encoding': target.enableCompression && read.acceptsGzip !== false ? 'gzip' : 'identity',
      'user-agent': context.userAgent,
      ...message?.headers,
      ...read.headers,
    },
    ...(message === undefined ? {} : { body: message.body }),
  });
  if (isDenied(response.status)) throw await deniedError(response, target.name, context.credentials);
  try {
    return {
      status: response.status,
      contentType: response.header('content-type'),
      header: response.header,
      body: decodeSmallBody(response.body, streamedEncoding(response.header('content-encoding')), {
        replica: target.name,
        onGzip: read.onGzip,
      }),
    };
  } catch (error) {
    await response.body.return();
    throw error;
  }
}

/** Answers to remote reads name snappy as their encoding, and it is part of their format. */
function streamedEncoding(header: string): string {
  return header.trim().toLowerCase() === 'snappy' ? '' : header;
}

function formMessage(form: string): NonNullable<ApiRead['message']> {
  return { body: Buffer.from(form), headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}
