import type { HttpClientConfig } from '../config/http-client-config.ts';
import { GatewayError } from '../model/errors.ts';
import type { HttpResponse } from './http-request.ts';
import { readExcerpt } from './read-excerpt.ts';

/**
 * The response, unless the replica denies the read. What it says is not repeated: it may be what it was sent.
 * @param credentials {@link describeCredentials}
 * @throws GatewayError `PG_UPSTREAM_AUTH` at status 401 and 403, with `status` in its details
 */
export async function refuseDenied(
  response: HttpResponse,
  replica: string,
  credentials: string | undefined,
): Promise<HttpResponse> {
  const { status } = response;
  if (status !== 401 && status !== 403) return response;
  await readExcerpt(response, replica);
  throw new GatewayError('PG_UPSTREAM_AUTH', `replica ${replica}: status ${status}: ${reason(status, credentials)}`, {
    details: { replica, status },
  });
}

function reason(status: number, credentials: string | undefined): string {
  if (credentials === undefined) {
    return 'it wants credentials and none are configured: set basic_auth, authorization or oauth2 of its shard';
  }
  return status === 401
    ? `it does not accept the credentials: check ${credentials} of its shard`
    : `the credentials do not allow this read: check ${credentials} of its shard, and what it may do there`;
}

/** The keys that hold the credentials; undefined where there are none. */
export function describeCredentials(config: HttpClientConfig): string | undefined {
  if (config.basicAuth !== undefined) return 'basic_auth';
  if (config.authorization !== undefined) return 'authorization';
  if (config.oauth2 !== undefined) return 'oauth2';
  if (config.httpHeaders !== undefined) return 'http_headers';
  return config.tlsConfig?.cert === undefined && config.tlsConfig?.certFile === undefined ? undefined : 'tls_config';
}
