import type { FastifyInstance } from 'fastify';
import { decodeReadRequest, negotiateReadFormat } from '../../remote/decode-read-request.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { statusOf } from '../../query/encode/envelope.ts';
import type { JsonAnswer } from '../../query/service.ts';
import { toGatewayError } from '../../model/errors.ts';
import { messageFor } from '../../model/tenant-message.ts';
import { clientSignal } from '../client-signal.ts';
import type { ServerDeps } from '../server-deps.ts';
import { textAnswer } from './json-answer.ts';
import { sendJson } from './send-json.ts';

/** Prometheus' limit of a read request, as sent and decoded. */
export const MAX_READ_BYTES: number = 32 * 1024 * 1024;

const STREAMED_TYPE = 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse';

/** `POST /api/v1/read`: raw samples of all shards for another Prometheus. Errors are plain text, as there. */
export function registerReadRoute(app: FastifyInstance, deps: ServerDeps): void {
  app.post('/api/v1/read', async (request, reply) => {
    const signal = clientSignal(reply.raw);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const encoding = deps.negotiateEncoding(request.raw.headers['accept-encoding']?.toString());
    await sendJson(await answer({ body, tenant: request.tenant }, deps, signal), { request, reply, encoding, signal });
    return reply;
  });
}

interface ReadBody {
  readonly body: Buffer;
  readonly tenant: string | undefined;
}

async function answer({ body, tenant }: ReadBody, deps: ServerDeps, signal: AbortSignal): Promise<JsonAnswer> {
  try {
    const { queries, acceptedTypes } = decodeReadRequest(body, MAX_READ_BYTES);
    const format = negotiateReadFormat(acceptedTypes);
    const found = await deps.current().query.read({ queries, format, tenant }, signal);
    if (found.status !== 200) return { ...found, contentType: 'text/plain; charset=utf-8' };
    if (format === 'chunks') return { ...found, contentType: STREAMED_TYPE, contentEncoding: 'identity' };
    return { ...found, contentType: 'application/x-protobuf', contentEncoding: 'snappy' };
  } catch (error) {
    const { status, message } = failureOf(error, tenant);
    return { ...textAnswer(status, `${message}\n`), contentType: 'text/plain; charset=utf-8' };
  }
}

function failureOf(error: unknown, tenant: string | undefined): { readonly status: number; readonly message: string } {
  if (error instanceof QueryError) return { status: statusOf[error.type], message: error.message };
  const failure = toGatewayError(error);
  return { status: failure.status, message: messageFor(tenant, failure) };
}
