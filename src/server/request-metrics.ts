import type { FastifyInstance } from 'fastify';
import type { KnownRoutes } from './known-routes.ts';
import type { ServerMetrics } from './server-deps.ts';

const CLIENT_GONE = 499;

/** Counts every request once, whichever way it ends. Bytes are those written to the socket, headers included. */
export function measureRequests(app: FastifyInstance, metrics: ServerMetrics, routes: KnownRoutes): void {
  app.addHook('onRequest', (request, reply, done) => {
    const startedMs = performance.now();
    const { socket } = request.raw;
    const bytesBefore = socket.bytesWritten ?? 0;
    const handler = routes.handlerOf(request);
    metrics.http.changeInFlight(1);
    let isOpen = true;
    const end = (): void => {
      if (!isOpen) return;
      isOpen = false;
      metrics.http.changeInFlight(-1);
      metrics.http.observeRequest(handler, {
        code: reply.raw.headersSent ? reply.raw.statusCode : CLIENT_GONE,
        durationSeconds: (performance.now() - startedMs) / 1000,
        bytes: Math.max(0, (socket.bytesWritten ?? 0) - bytesBefore),
      });
    };
    reply.raw.once('finish', end);
    reply.raw.once('close', end);
    done();
  });
}
