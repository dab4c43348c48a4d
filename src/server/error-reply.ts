import type { FastifyReply } from 'fastify';
import type { GatewayError } from '../model/errors.ts';

const MAX_MESSAGE_CHARACTERS = 2000;

/**
 * Answers with the status of the error's code and its message as one line of plain text. The code goes into a header, so
 * that bodies stay those of Prometheus. What `PG_INTERNAL` wraps is for the log only.
 */
export async function replyError(reply: FastifyReply, error: GatewayError): Promise<void> {
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined || error.status === 503)
    reply.header('Retry-After', String(retryAfterSeconds ?? 1));
  reply.header('X-Promgate-Error', error.code);
  await replyText(reply, error.status, clientMessage(error));
}

/** Plain text that no browser takes for anything else. */
export async function replyText(reply: FastifyReply, status: number, line: string): Promise<void> {
  await reply
    .code(status)
    .header('Content-Type', 'text/plain; charset=utf-8')
    .header('X-Content-Type-Options', 'nosniff')
    .send(`${line}\n`);
}

function clientMessage(error: GatewayError): string {
  if (error.code === 'PG_INTERNAL') return 'internal error; the log of promgate has the details';
  const line = error.message.replace(/[\r\n]+/g, ' ');
  return line.length <= MAX_MESSAGE_CHARACTERS ? line : `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…`;
}
