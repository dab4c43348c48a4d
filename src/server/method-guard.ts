import type { FastifyInstance } from 'fastify';
import { replyText } from './error-reply.ts';
import type { KnownRoutes } from './known-routes.ts';

/**
 * Answers what no route takes, before any body is read: OPTIONS with the methods there are, other methods with 405 and
 * unknown paths with 404, in the words of Prometheus.
 */
export function guardMethods(app: FastifyInstance, routes: KnownRoutes): void {
  app.addHook('onRequest', async (request, reply) => {
    const methods = routes.methodsOf(request);
    const method = request.raw.method ?? '';
    if (methods === undefined || (methods.includes(method) && method !== 'OPTIONS')) return;
    reply.header('Allow', methods.join(', '));
    if (method === 'OPTIONS') await reply.code(200).send();
    else await replyText(reply, 405, 'Method Not Allowed');
  });
  app.setNotFoundHandler(async (_request, reply) => {
    await replyText(reply, 404, '404 page not found');
  });
}
