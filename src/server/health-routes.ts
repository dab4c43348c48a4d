import type { FastifyInstance } from 'fastify';
import { replyText } from './error-reply.ts';

const text = 'text/plain; charset=utf-8';

/** `/-/healthy`: the process runs. `/-/ready`: it serves; 503 with the reason while it starts or shuts down. */
export function registerHealthRoutes(app: FastifyInstance, notReady: () => string | undefined): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/-/healthy',
    handler: (_request, reply) => reply.header('Content-Type', text).send('promgate is Healthy.\n'),
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/-/ready',
    async handler(_request, reply) {
      const reason = notReady();
      if (reason === undefined) await reply.header('Content-Type', text).send('promgate is Ready.\n');
      else await replyText(reply, 503, `promgate is not ready: ${reason}`);
      return reply;
    },
  });
}
