import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { corsHeaders } from './cors.ts';

/** As many subscribers as Prometheus takes; more get 204. */
const maxSubscribers = 16;

/** `/api/v1/notifications/live`: server-sent events about the server itself, of which the gateway has none; open until either end leaves. */
export function registerLiveRoute(app: FastifyInstance): void {
  const subscribers = new Set<ServerResponse>();
  app.get('/api/v1/notifications/live', async (request, reply) => {
    if (subscribers.size >= maxSubscribers) return reply.code(204).headers(corsHeaders(request)).send();
    reply.hijack();
    const { raw } = reply;
    subscribers.add(raw);
    raw.once('close', () => subscribers.delete(raw));
    raw.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...corsHeaders(request) });
    raw.flushHeaders();
    return reply;
  });
  app.addHook('preClose', async () => {
    for (const subscriber of subscribers) subscriber.end();
  });
}
