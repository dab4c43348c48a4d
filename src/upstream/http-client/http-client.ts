import type { HttpClientConfig } from '../../config/http-client-config.ts';
import { GatewayError } from '../../model/errors.ts';
import { describeCredentials } from '../denied.ts';
import { httpRequest, type HttpResponse } from '../http-request.ts';
import type { ReplicaRequest } from '../upstream-target.ts';
import { createTokenRequest } from './request-token.ts';
import { createTokenSource, type TokenSource } from './oauth-token.ts';
import { clientHeaders } from './request-headers.ts';
import { createTransport, type Transport, type TransportDeps } from './transport.ts';

/** Asks replicas with the credentials and over the connections of one configuration. */
export interface HttpClient {
  /** As `httpRequest`. @throws GatewayError also `PG_UPSTREAM_SECRET`, `_TOKEN` */
  send(origin: string, request: ReplicaRequest): Promise<HttpResponse>;
  /** See `describeCredentials`. */
  readonly credentials: string | undefined;
  /** Lets requests under way finish. */
  retire(): void;
  destroy(): Promise<void>;
}

export interface HttpClientDeps extends TransportDeps {
  readonly userAgent: string;
}

export function createHttpClient(config: HttpClientConfig, deps: HttpClientDeps): HttpClient {
  const transport = createTransport(config, deps);
  const oauth = config.oauth2 === undefined ? undefined : createOAuth(config.oauth2, deps);
  const tokens = oauth?.tokens;
  return {
    credentials: describeCredentials(config),
    async send(origin, request) {
      const { replica } = request;
      try {
        const first = await exchange(origin, request);
        if (first.response.status !== 401 || first.token === undefined) return first.response;
        // It may have been revoked before its time.
        tokens?.forget(first.token);
        await first.response.body.return();
        return (await exchange(origin, request)).response;
      } catch (error) {
        throw namingReplica(error, replica);
      }
    },
    retire() {
      transport.retire();
      oauth?.transport.retire();
    },
    async destroy() {
      await Promise.all([transport.destroy(), oauth?.transport.destroy()]);
    },
  };

  async function exchange(
    origin: string,
    request: ReplicaRequest,
  ): Promise<{ readonly response: HttpResponse; readonly token?: string }> {
    const [connections, { headers, token }] = await Promise.all([
      transport.connectionsTo(origin),
      clientHeaders(config, { files: deps.files, tokens }, request),
    ]);
    const all = { ...request, headers: { ...headers, ...request.headers } };
    const response = await httpRequest(all, { connections, now: deps.now });
    return { response, ...(token !== undefined && { token }) };
  }
}

function createOAuth(
  config: NonNullable<HttpClientConfig['oauth2']>,
  deps: HttpClientDeps,
): { readonly tokens: TokenSource; readonly transport: Transport } {
  const { files, now, userAgent } = deps;
  const transport = createTransport(config, deps);
  const { origin } = new URL(config.tokenUrl);
  const request = createTokenRequest(config, { connections: () => transport.connectionsTo(origin), userAgent, now });
  return { tokens: createTokenSource(config, { files, request, now }), transport };
}

/** Credentials and certificates are those of many replicas: the read says which one. */
function namingReplica(error: unknown, replica: string): unknown {
  if (!(error instanceof GatewayError) || error.message.startsWith('replica ')) return error;
  return new GatewayError(error.code, `replica ${replica}: ${error.message}`, {
    details: { ...error.details, replica },
    cause: error.cause,
  });
}
