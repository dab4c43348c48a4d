import { GatewayError } from '../model/errors.ts';

/** What a log says of an error. Expected errors have a code and details; a stack is given only where it finds a bug. */
export interface SerializedError {
  readonly code?: string;
  readonly message: string;
  readonly details?: GatewayError['details'];
  readonly stack?: string;
  readonly cause?: string;
}

/** Total: anything thrown becomes a {@link SerializedError}. */
export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { message: String(error) };
  if (!(error instanceof GatewayError)) return { message: error.message, ...stackOf(error) };
  return {
    code: error.code,
    message: error.message,
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
    ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
    ...(error.code === 'PG_INTERNAL' ? stackOf(error.cause instanceof Error ? error.cause : error) : {}),
  };
}

function stackOf(error: Error): { stack?: string } {
  return error.stack === undefined ? {} : { stack: error.stack };
}
