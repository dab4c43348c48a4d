import type { ErrorCode, GatewayError } from './errors.ts';

/** Codes whose messages tell a client about its own request, or about the gateway alone. */
const ownCodes: ReadonlySet<ErrorCode> = new Set([
  'PG_BAD_REQUEST',
  'PG_SELECTOR_INVALID',
  'PG_METHOD_NOT_ALLOWED',
  'PG_NOT_FOUND',
  'PG_REQUEST_LINE_TOO_LONG',
  'PG_HEADERS_TOO_LARGE',
  'PG_UNAUTHORIZED',
  'PG_FORBIDDEN',
  'PG_LOGIN_LIMITED',
  'PG_OVERLOADED',
  'PG_SHUTTING_DOWN',
  'PG_CLIENT_GONE',
  'PG_CLIENT_SLOW',
  'PG_LIMIT_SERIES',
  'PG_LIMIT_RESPONSE_BYTES',
]);

/**
 * What of an error its client may read. Other messages quote replicas: a tenant gets the code and the shard's name, for
 * the lines and addresses in them are not its own. Whoever has no tenant may see everything.
 */
export function messageFor(tenant: string | undefined, error: GatewayError): string {
  if (tenant === undefined || ownCodes.has(error.code)) return error.message;
  const { shard } = error.details;
  const where = shard === undefined ? '' : `shard ${shard}: `;
  return `${where}the read failed with ${error.code}; the operator's log says why`;
}
