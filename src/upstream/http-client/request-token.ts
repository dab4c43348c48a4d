import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
  type AuthorizationServer,
  type ClientAuth,
} from 'oauth4webapi';

import type { OAuth2Config } from '../../config/http-client-config.ts';
import { GatewayError } from '../../model/errors.ts';
import { httpRequest } from '../http-request.ts';
import type { Connections } from '../connections.ts';
import { assertHeaderValue } from './secret-value.ts';

interface FetchedToken {
  readonly value: string;
  /** `Infinity` where the answer does not say. */
  readonly expiresInMs: number;
}

/** Fetches a token with a client secret. @throws GatewayError `PG_UPSTREAM_TOKEN` or `PG_UPSTREAM_SECRET` */
export type RequestToken = (clientSecret: string) => Promise<FetchedToken>;

export interface RequestTokenDeps {
  /** Of the token endpoint. */
  readonly connections: () => Promise<Connections>;
  readonly userAgent: string;
  /** Unix ms. */
  readonly now: () => number;
}

const timeoutMs = 10_000;
const maxBodyBytes = 1024 * 1024;

/**
 * Asks a token endpoint, with the secret in the header first and where that is refused in the body, as Prometheus does.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function createTokenRequest(config: OAuth2Config, deps: RequestTokenDeps): RequestToken {
  let takesBody = false;
  return async (clientSecret) => {
    try {
      return await requestWith(takesBody ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret));
    } catch (error) {
      if (takesBody || !isRefusal(error)) throw tokenError(config, error);
    }
    try {
      const token = await requestWith(ClientSecretPost(clientSecret));
      takesBody = true;
      return token;
    } catch (error) {
      throw tokenError(config, error);
    }
  };

  async function requestWith(authentication: ClientAuth): Promise<FetchedToken> {
    const server: AuthorizationServer = { issuer: new URL(config.tokenUrl).origin, token_endpoint: config.tokenUrl };
    const client = { client_id: config.clientId };
    const scope = config.scopes.length === 0 ? {} : { scope: config.scopes.join(' ') };
    const response = await clientCredentialsGrantRequest(
      server,
      client,
      authentication,
      { ...config.endpointParams, ...scope },
      { [allowInsecureRequests]: true, [customFetch]: (url, init) => post(url, init, deps) },
    );
    const answer = await processClientCredentialsResponse(server, client, response);
    assertHeaderValue(answer.access_token, 'oauth2: the token');
    return {
      value: answer.access_token,
      expiresInMs: answer.expires_in === undefined ? Infinity : answer.expires_in * 1000,
    };
  }
}

interface TokenPost {
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Over the client's own connections, which know its proxy and certificates. */
async function post(url: string, { headers, body }: TokenPost, deps: RequestTokenDeps): Promise<Response> {
  const { now } = deps;
  const { origin, pathname, search } = new URL(url);
  const connections = await deps.connections();
  const request = {
    path: `${pathname}${search}`,
    headers: { ...headers, 'user-agent': deps.userAgent, 'accept-encoding': 'identity' },
    body: Buffer.from(String(body as URLSearchParams)),
    replica: `${origin}${pathname}`,
    role: 'token endpoint' as const,
    deadlineMs: now() + timeoutMs,
    signal: new AbortController().signal,
  };
  const response = await httpRequest(request, { connections, now });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new Error(`answer exceeds ${maxBodyBytes} bytes`);
    chunks.push(Uint8Array.from(chunk));
  }
  return new Response(length === 0 ? null : Buffer.concat(chunks), {
    status: response.status,
    headers: { 'content-type': response.header('content-type') },
  });
}

/** Whether the endpoint understood the request and refused the client. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ResponseBodyError) return true;
  return statusOf(error) === 401 || statusOf(error) === 400;
}

function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Response ? cause.status : undefined;
}

/** Never with the cause, which holds what was sent and what came back. */
function tokenError({ tokenUrl }: OAuth2Config, error: unknown): GatewayError {
  if (error instanceof GatewayError) {
    return new GatewayError('PG_UPSTREAM_TOKEN', `oauth2: ${error.message}`);
  }
  const { origin, pathname } = new URL(tokenUrl);
  const endpoint = `oauth2: token endpoint ${origin}${pathname}`;
  if (error instanceof ResponseBodyError) {
    const { status } = error;
    return new GatewayError('PG_UPSTREAM_TOKEN', `${endpoint}: status ${status}, ${shown(error.error)}: ${advice}`);
  }
  const status = statusOf(error);
  const reason = status === undefined || status === 200 ? 'the answer is no token of type Bearer' : `status ${status}`;
  return new GatewayError('PG_UPSTREAM_TOKEN', `${endpoint}: ${reason}: ${advice}`);
}

const advice = 'check client_id, client_secret, scopes and token_url';

/** An error code as OAuth 2.0 has them; whatever else a server says may repeat what was sent. */
function shown(code: string): string {
  return /^[a-z_]{1,40}$/.test(code) ? code : 'refused';
}
