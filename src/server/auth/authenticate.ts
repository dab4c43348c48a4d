import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebConfig } from '../../config/web/web-config.ts';
import { GatewayError } from '../../model/errors.ts';
import { clientSignal } from '../client-signal.ts';
import { replyError } from '../error-reply.ts';
import { guardRequests } from '../guard-requests.ts';
import { parseBasicCredentials } from './basic-credentials.ts';
import { clientNetwork } from './client-network.ts';
import type { AuthFailureReason, Login } from './login.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once authenticated; undefined where no users are configured. */
    user: string | undefined;
  }
}

export interface Authentication {
  readonly webConfig: () => WebConfig;
  readonly login: Login;
}

interface AuthMetrics {
  countFailure(reason: AuthFailureReason): void;
}

/**
 * Lets in who proves to be a configured user, before anything else is done for a request: a path that does not exist
 * and `/-/healthy` are no exceptions, as in Prometheus. Where no users are configured everyone is let in.
 */
export function authenticateRequests(app: FastifyInstance, auth: Authentication, metrics: AuthMetrics): void {
  app.decorateRequest('user', undefined);
  const letIn = async (request: FastifyRequest, reply: FastifyReply, users: WebConfig['users']): Promise<void> => {
    const refusal = await refusalOf(request, reply, { auth, users });
    if (refusal === undefined) return;
    if (refusal.reason !== 'client_gone') metrics.countFailure(refusal.reason);
    await refuse(request, reply, refusal.error);
  };
  guardRequests(app, (request, reply) => {
    const { users } = auth.webConfig();
    return users.size === 0 ? undefined : letIn(request, reply, users);
  });
}

interface Refusal {
  readonly reason: AuthFailureReason | 'client_gone';
  readonly error: GatewayError;
}

async function refusalOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { auth, users }: { auth: Authentication; users: WebConfig['users'] },
): Promise<Refusal | undefined> {
  const { authorization } = request.raw.headers;
  if (authorization === undefined) return unauthorized('no_credentials');
  const credentials = parseBasicCredentials(authorization);
  if (credentials === undefined) return unauthorized('bad_header');
  const network = clientNetwork(request.raw.socket.remoteAddress);
  try {
    const isRight = await auth.login({ ...credentials, users, network, signal: clientSignal(reply.raw) });
    if (!isRight) return unauthorized('wrong_credentials');
    request.user = credentials.user;
    return undefined;
  } catch (error) {
    return toRefusal(error);
  }
}

function unauthorized(reason: AuthFailureReason): Refusal {
  return { reason, error: new GatewayError('PG_UNAUTHORIZED', 'Unauthorized') };
}

/** What fails in any other way lets nobody in either. */
function toRefusal(error: unknown): Refusal {
  if (!(error instanceof GatewayError)) throw error;
  if (error.code === 'PG_LOGIN_LIMITED') return { reason: 'rate_limited', error };
  if (error.code === 'PG_OVERLOADED') return { reason: 'overloaded', error };
  if (error.code === 'PG_CLIENT_GONE') return { reason: 'client_gone', error };
  throw error;
}

async function refuse(request: FastifyRequest, reply: FastifyReply, error: GatewayError): Promise<void> {
  // Exactly what Prometheus sends: a realm would have to be kept from saying too much.
  if (error.code === 'PG_UNAUTHORIZED') reply.header('WWW-Authenticate', 'Basic');
  // Nobody reads the body that a stranger sends.
  if (hasBody(request)) reply.header('Connection', 'close');
  await replyError(reply, error);
}

function hasBody({ raw }: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = raw.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}
