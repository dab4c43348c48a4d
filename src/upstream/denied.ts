import type { HttpClientConfig } from '../config/http-client-config.ts';
import { GatewayError } from '../model/errors.ts';
import type { HttpResponse } from './http-request.ts';
import { readExcerpt } from './read-excerpt.ts';
import type { CredentialsPlace } from './upstream-target.ts';

/** Whether a replica denies a read with this status. */
export function isDenied(status: number): boolean {
  return status === 401 || status === 403;
}

/**
 * The error `PG_UPSTREAM_AUTH` of a read that the replica denied, with `status` in its details. What the replica says is not
 * repeated: it may be what it was sent.
 */
export async function deniedError(
  response: HttpResponse,
  replica: string,
  credentials: CredentialsPlace,
): Promise<GatewayError> {
  const { status } = response;
  await readExcerpt(response, replica);
  const message = `replica ${replica}: status ${status}: ${reason(status, credentials)}`;
  return new GatewayError('PG_UPSTREAM_AUTH', message, { details: { replica, status } });
}

function reason(status: number, { key, section }: CredentialsPlace): string {
  if (key === undefined) {
    return `it wants credentials and none are configured: set basic_auth, authorization or oauth2 of ${section}`;
  }
  return status === 401
    ? `it does not accept the credentials: check ${key} of ${section}`
    : `the credentials do not allow this read: check ${key} of ${section}, and what it may do there`;
}

/** The key that holds the credentials; undefined where there are none. */
export function describeCredentials(config: HttpClientConfig): string | undefined {
  if (config.basicAuth !== undefined) return 'basic_auth';
  if (config.authorization !== undefined) return 'authorization';
  if (config.oauth2 !== undefined) return 'oauth2';
  if (config.httpHeaders !== undefined) return 'http_headers';
  return config.tlsConfig?.cert === undefined && config.tlsConfig?.certFile === undefined ? undefined : 'tls_config';
}
