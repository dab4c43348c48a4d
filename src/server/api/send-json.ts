import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonAnswer } from '../../query/service.ts';
import { breakConnection } from '../break-connection.ts';
import { createBodySink } from '../body-sink.ts';
import { corsHeaders } from './cors.ts';
import type { ServerDeps } from '../server-deps.ts';

export interface SendJsonOptions {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Fires when the client's connection closes. */
  readonly signal: AbortSignal;
  readonly deps: Pick<ServerDeps, 'negotiate'>;
}

/** Streams a JSON answer; one that fails after its first byte breaks the connection. */
export async function sendJson(answer: JsonAnswer, { request, reply, signal, deps }: SendJsonOptions): Promise<void> {
  const accepted = deps.negotiate(undefined, request.raw.headers['accept-encoding']?.toString()).encoding;
  const encoding = answer.contentEncoding === undefined ? accepted : 'identity';
  const contentEncoding = answer.contentEncoding ?? encoding;
  reply.hijack();
  reply.raw.writeHead(answer.status, {
    'Content-Type': answer.contentType ?? 'application/json',
    ...corsHeaders(request),
    ...(contentEncoding === 'identity' ? {} : { 'Content-Encoding': contentEncoding }),
  });
  try {
    const sink = createBodySink(reply.raw, { encoding, signal });
    for await (const chunk of answer.body) await sink.write(chunk);
    await sink.end();
  } catch {
    breakConnection(reply.raw);
  }
}
