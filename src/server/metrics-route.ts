import type { FastifyInstance } from 'fastify';
import type { ServerMetrics } from './server-deps.ts';

/** `GET /metrics`: promgate's own metrics. */
export function registerMetricsRoute(app: FastifyInstance, metrics: ServerMetrics): void {
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.render();
    return reply.header('Content-Type', contentType).send(body);
  });
}
