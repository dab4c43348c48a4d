import type { FastifyInstance, FastifyReply } from 'fastify';
import { GatewayError } from '../model/errors.ts';
import { corsHeaders } from './api/cors.ts';
import { replyError } from './error-reply.ts';
import { guardRequests } from './guard-requests.ts';
import type { KnownRoutes } from './known-routes.ts';

/**
 * Answers what no route takes, before any body is read: OPTIONS with the methods there are (below the API with what browsers ask for before they cross
 * origins), other methods with 405 and
 * unknown paths with 404, in the words of Prometheus.
 */
export function guardMethods(app: FastifyInstance, routes: KnownRoutes): void {
  guardRequests(app, (request, reply) => {
    const method = request.raw.method ?? '';
    const isCrossOrigin = method === 'OPTIONS' && request.raw.url?.startsWith('/api/v1/') === true;
    if (isCrossOrigin) return sent(reply.code(204).headers(corsHeaders(request)));
    const methods = routes.methodsOf(request);
    // What is not known here reaches no route, whatever the router would make of it.
    if (methods === undefined) return replyError(reply, new GatewayError('PG_NOT_FOUND', '404 page not found'));
    if (methods.includes(method) && method !== 'OPTIONS') return undefined;
    reply.header('Allow', methods.join(', '));
    if (method === 'OPTIONS') return sent(reply.code(200));
    return replyError(reply, new GatewayError('PG_METHOD_NOT_ALLOWED', 'Method Not Allowed'));
  });
  app.setNotFoundHandler(async (_request, reply) => {
    await replyError(reply, new GatewayError('PG_NOT_FOUND', '404 page not found'));
  });
}

async function sent(reply: FastifyReply): Promise<void> {
  await reply.send();
}
