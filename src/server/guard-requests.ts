import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Undefined: the request goes on. Otherwise resolves when it was answered, or may go on after all. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | undefined;

/** Has every request pass a guard before its body is read. Most pass each of them, and a promise apiece would add up. */
export function guardRequests(app: FastifyInstance, guard: Guard): void {
  app.addHook('onRequest', (request, reply, done) => {
    const answered = guard(request, reply);
    if (answered === undefined) done();
    else void goOn(answered, reply, done);
  });
}

async function goOn(answered: Promise<void>, reply: FastifyReply, done: (error?: Error) => void): Promise<void> {
  try {
    await answered;
  } catch (error) {
    done(error as Error);
    return;
  }
  if (!reply.sent) done();
}
