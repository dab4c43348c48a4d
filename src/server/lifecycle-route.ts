import type { FastifyInstance } from 'fastify';
import { toGatewayError } from '../model/errors.ts';
import { replyError, replyText } from './error-reply.ts';
import type { ServerDeps } from './server-deps.ts';

/** `/-/reload`: 200 once the new configuration is in force, an error with the reason where the old one stays. */
export function registerLifecycleRoute(app: FastifyInstance, reload: ServerDeps['reload']): void {
  app.route({
    method: ['POST', 'PUT'],
    url: '/-/reload',
    async handler(_request, reply) {
      if (reload === undefined) {
        await replyText(reply, 403, 'lifecycle API is not enabled: start promgate with --web.enable-lifecycle');
        return reply;
      }
      try {
        await reload();
        await reply.code(200).send();
      } catch (error) {
        await replyError(reply, toGatewayError(error));
      }
      return reply;
    },
  });
}
