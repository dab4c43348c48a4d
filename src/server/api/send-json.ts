import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonAnswer } from '../../query/service.ts';
import { breakConnection } from '../break-connection.ts';
import { createBodySink } from '../body-sink.ts';
import type { ContentEncoding } from '../../exposition/negotiate-encoding.ts';
import { corsHeaders } from './cors.ts';

export interface SendJsonOptions {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Fires when the client's connection closes. */
  readonly signal: AbortSignal;
  /** How to compress what is long enough and not compressed yet. */
  readonly encoding: ContentEncoding;
}

/** Shorter answers are not worth compressing. */
const minCompressedBytes = 1400;

/** Sends a JSON answer, a long one as it comes; one that fails after its first byte breaks the connection. */
export async function sendJson(answer: JsonAnswer, options: SendJsonOptions): Promise<void> {
  options.reply.hijack();
  if (answer.gzip !== undefined && options.encoding === 'gzip') {
    sendWhole({ ...answer, contentEncoding: 'gzip' }, answer.gzip, options);
    // Whoever answers is to see the end of it.
    for await (const _ of answer.body) continue;
    return;
  }
  const body = answer.body[Symbol.asyncIterator]();
  try {
    const first = await body.next();
    // It is valid only until the next chunk is asked for.
    const head = first.done === true ? new Uint8Array(0) : Uint8Array.from(first.value);
    const next = first.done === true || head.length >= minCompressedBytes ? undefined : await body.next();
    if (first.done === true || next?.done === true) sendWhole(answer, head, options);
    else await stream(answer, { head, next: next?.value, rest: { [Symbol.asyncIterator]: () => body } }, options);
  } catch {
    breakConnection(options.reply.raw);
  } finally {
    await body.return?.();
  }
}

function sendWhole(answer: JsonAnswer, body: Uint8Array, { request, reply }: SendJsonOptions): void {
  reply.raw.writeHead(answer.status, {
    ...headersOf(answer, request, answer.contentEncoding ?? 'identity'),
    'Content-Length': body.length,
  });
  reply.raw.end(body);
}

interface StreamedBody {
  readonly head: Uint8Array;
  readonly next: Uint8Array | undefined;
  readonly rest: AsyncIterable<Uint8Array>;
}

async function stream(answer: JsonAnswer, { head, next, rest }: StreamedBody, options: SendJsonOptions): Promise<void> {
  const { request, reply, signal } = options;
  const encoding = answer.contentEncoding === undefined ? options.encoding : 'identity';
  reply.raw.writeHead(answer.status, headersOf(answer, request, answer.contentEncoding ?? encoding));
  const sink = createBodySink(reply.raw, { encoding, signal });
  await sink.write(head);
  if (next !== undefined) await sink.write(next);
  for await (const chunk of rest) await sink.write(chunk);
  await sink.end();
}

function headersOf(answer: JsonAnswer, request: FastifyRequest, encoding: string): OutgoingHttpHeaders {
  return {
    'Content-Type': answer.contentType ?? 'application/json',
    ...corsHeaders(request),
    ...(answer.status === 503 ? { 'Retry-After': '1' } : {}),
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
  };
}
