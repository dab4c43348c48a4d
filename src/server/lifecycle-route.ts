import type { FastifyInstance } from 'fastify';
import { replyText } from './error-reply.ts';

/** `/-/reload` exists, as in Prometheus, but refuses until reloading is built. */
export function registerLifecycleRoute(app: FastifyInstance): void {
  app.route({
    method: ['POST', 'PUT'],
    url: '/-/reload',
    async handler(_request, reply) {
      await replyText(reply, 403, 'lifecycle API is not enabled: restart promgate to load a changed configuration');
      return reply;
    },
  });
}
