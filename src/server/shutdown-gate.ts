import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../model/errors.ts';
import { replyError } from './error-reply.ts';
import { guardRequests } from './guard-requests.ts';
import type { KnownRoutes } from './known-routes.ts';

/** What tells how the process fares, also while it ends. */
const stillServed: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready', '/metrics']);

/**
 * Refuses new requests on open connections while the gateway ends, with the status and the header by which Prometheus says
 * that it is stopping.
 */
export function refuseWhileStopping(app: FastifyInstance, routes: KnownRoutes, isStopping: () => boolean): void {
  guardRequests(app, (request, reply) => {
    if (!isStopping()) return undefined;
    const handler = routes.handlerOf(request);
    if (handler !== '/-/healthy' && handler !== '/metrics') reply.header('X-Prometheus-Stopping', 'true');
    if (stillServed.has(handler)) return undefined;
    return replyError(reply, new GatewayError('PG_SHUTTING_DOWN', 'promgate is shutting down'));
  });
}
