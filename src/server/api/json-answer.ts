import { toGatewayError, type GatewayError } from '../../model/errors.ts';
import { messageFor } from '../../model/tenant-message.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { envelopeEnd, errorEnvelope } from '../../query/encode/envelope.ts';
import type { JsonAnswer } from '../../query/service.ts';

/** A successful answer of what is known at once. */
export function dataAnswer(data: unknown, warnings: readonly string[] = []): JsonAnswer {
  return textAnswer(200, `{"status":"success","data":${JSON.stringify(data)}${envelopeEnd({ warnings, infos: [] })}`);
}

/** An answer whose whole body is known. */
export function textAnswer(status: number, text: string): JsonAnswer {
  return { status, body: oneChunk(text) };
}

/** Errors before the first byte are answers, too. */
export async function answerOf(
  work: () => Promise<JsonAnswer> | JsonAnswer,
  tenant: string | undefined,
): Promise<JsonAnswer> {
  try {
    return await work();
  } catch (error) {
    const { type, message } = error instanceof QueryError ? error : toApiError(toGatewayError(error), tenant);
    const { status, text } = errorEnvelope(type, message);
    return textAnswer(status, text);
  }
}

function toApiError(error: GatewayError, tenant: string | undefined): Pick<QueryError, 'type' | 'message'> {
  const message = messageFor(tenant, error);
  switch (error.code) {
    case 'PG_CLIENT_GONE':
      return { type: 'canceled', message };
    case 'PG_BAD_REQUEST':
    case 'PG_SELECTOR_INVALID':
      return { type: 'bad_data', message };
    case 'PG_FORBIDDEN':
      return { type: 'forbidden', message };
    case 'PG_OVERLOADED':
      return { type: 'unavailable', message };
    default:
      return { type: 'internal', message };
  }
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}
