import { GatewayError } from '../../model/errors.ts';
import { QueryError, type QueryErrorType } from '../../promql/engine/query-error.ts';

/** What Prometheus' API wraps its answers in. */
export interface ApiEnvelope {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: QueryErrorType;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

const clientErrors: ReadonlySet<string> = new Set(['bad_data', 'execution']);

/**
 * The envelope of a success.
 * @throws QueryError what the replica says against the question itself; GatewayError `PG_PARSE_INVALID` where `text` is no
 * answer of the API, `PG_UPSTREAM_STATUS` where the replica could not answer
 */
export function parseEnvelope(text: string, replica: string): ApiEnvelope {
  const envelope = tryParse(text);
  if (envelope === undefined) {
    const shown = text.slice(0, 200).replace(/\s+/g, ' ').trim();
    const reason = `replica ${replica}: the answer is not JSON of Prometheus' API: ${shown}`;
    throw new GatewayError('PG_PARSE_INVALID', reason, { details: { replica } });
  }
  if (envelope.status === 'success') return envelope;
  const { errorType = 'internal', error = '' } = envelope;
  if (clientErrors.has(errorType)) throw new QueryError(errorType, error);
  throw new GatewayError('PG_UPSTREAM_STATUS', `replica ${replica}: ${errorType}: ${error}`, { details: { replica } });
}

function tryParse(text: string): ApiEnvelope | undefined {
  try {
    const envelope = JSON.parse(text) as ApiEnvelope | null;
    const isKnown = envelope?.status === 'success' || envelope?.status === 'error';
    const { warnings, infos, error, errorType } = envelope ?? {};
    const isReadable = areTexts(warnings) && areTexts(infos) && isTextOrNone(error) && isTextOrNone(errorType);
    return isKnown && isReadable ? envelope : undefined;
  } catch {
    return undefined;
  }
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function areTexts(notes: unknown): boolean {
  return notes === undefined || (Array.isArray(notes) && notes.every((note) => typeof note === 'string'));
}
