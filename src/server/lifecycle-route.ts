import type { FastifyInstance, FastifyReply } from 'fastify';
import { toGatewayError } from '../model/errors.ts';
import { replyError, replyText } from './error-reply.ts';
import type { ServerDeps } from './server-deps.ts';

/** What clients may have the process do; undefined: nothing. */
type Lifecycle = ServerDeps['lifecycle'];

/**
 * `/-/reload`: 200 once the new configuration is in force, an error with the reason where the old one stays. `/-/quit`:
 * the process ends as it does at SIGTERM. Both are 403 unless they are enabled.
 */
export function registerLifecycleRoutes(app: FastifyInstance, lifecycle: Lifecycle): void {
  register(app, '/-/reload', async (reply) => {
    if (lifecycle === undefined) return refuse(reply);
    try {
      await lifecycle.reload();
      await reply.code(200).send();
    } catch (error) {
      await replyError(reply, toGatewayError(error));
    }
  });
  register(app, '/-/quit', async (reply) => {
    if (lifecycle === undefined) return refuse(reply);
    await replyText(reply, 200, 'Requesting termination... Goodbye!');
    lifecycle.quit();
  });
}

function register(app: FastifyInstance, url: string, answer: (reply: FastifyReply) => Promise<void>): void {
  app.route({
    method: ['POST', 'PUT'],
    url,
    async handler(_request, reply) {
      await answer(reply);
      return reply;
    },
  });
}

async function refuse(reply: FastifyReply): Promise<void> {
  await replyText(reply, 403, 'lifecycle API is not enabled: start promgate with --web.enable-lifecycle');
}
