import { GatewayError } from '../model/errors.ts';

/** What a write to a connection ends with whose other end has gone, before or after the connection noticed it. */
const goneCodes: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
]);

/** `PG_CLIENT_GONE` for an error of a write to a client that has left; other errors as they are. */
export function orClientGone(error: unknown): unknown {
  if (error instanceof GatewayError || !(error instanceof Error) || !('code' in error)) return error;
  if (!goneCodes.has(error.code)) return error;
  return new GatewayError('PG_CLIENT_GONE', `the client closed the connection: ${error.message}`, { cause: error });
}
