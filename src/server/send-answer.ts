import type { ServerResponse } from 'node:http';
import type { FederateAnswer } from '../federate/service.ts';
import { createBodySink } from './body-sink.ts';
import { breakConnection } from './break-connection.ts';
import { orClientGone } from './client-gone.ts';
import type { CompressedEncoding } from './compressor.ts';
import { watchStall, type StallOptions } from './watch-stall.ts';
import { createLoopTurn } from '../workers/loop-turn.ts';

export interface SendOptions extends StallOptions {
  readonly contentType: string;
  readonly encoding: CompressedEncoding | 'identity';
  /** Fires when the client's connection closes. */
  readonly signal: AbortSignal;
  /** Called when the first byte is there and before anything is written; from then on errors break the connection. */
  readonly onFirstByte: () => void;
}

/**
 * Streams an answer to its end. Nothing is written before the body's first chunk is there, so that an error up to then can
 * still be answered with a status; an error after it breaks the connection. Always lets go of the body.
 * @throws GatewayError what the body failed with; `PG_CLIENT_GONE`, `PG_CLIENT_SLOW`
 */
export async function sendAnswer(
  answer: FederateAnswer,
  response: ServerResponse,
  options: SendOptions,
): Promise<void> {
  const body = answer.body[Symbol.asyncIterator]();
  try {
    const first = await body.next();
    if (options.signal.aborted) throw options.signal.reason;
    options.onFirstByte();
    await stream({ first, body, partial: answer.partial }, response, options);
  } finally {
    await body.return?.();
  }
}

interface StartedBody {
  readonly first: IteratorResult<Uint8Array>;
  readonly body: AsyncIterator<Uint8Array>;
  readonly partial: boolean;
}

async function stream(started: StartedBody, response: ServerResponse, options: SendOptions): Promise<void> {
  const stall = watchStall(response, options);
  try {
    response.writeHead(200, answerHeaders(started.partial, options));
    const sink = createBodySink(response, options);
    const turn = createLoopTurn();
    for (let result = started.first; result.done !== true; result = await started.body.next()) {
      await sink.write(result.value);
      await turn.yieldIfDue();
    }
    await sink.end();
  } catch (error) {
    breakConnection(response);
    throw stall.error() ?? orClientGone(error);
  }
}

function answerHeaders(partial: boolean, { contentType, encoding }: SendOptions): Record<string, string> {
  return {
    'Content-Type': contentType,
    Vary: 'Accept, Accept-Encoding',
    ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
    ...(partial ? { 'X-Promgate-Partial': 'true' } : {}),
  };
}
