import type { FastifyInstance } from 'fastify';
import { replyText } from './error-reply.ts';

/** `/-/reload` and `/-/quit` exist, as in Prometheus, but refuse until reloading is built. */
export function registerLifecycleRoute(app: FastifyInstance): void {
  for (const url of ['/-/reload', '/-/quit']) {
    app.route({
      method: ['POST', 'PUT'],
      url,
      async handler(_request, reply) {
        await replyText(reply, 403, 'lifecycle API is not enabled: restart promgate to load a changed configuration');
        return reply;
      },
    });
  }
}
