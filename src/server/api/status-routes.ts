import type { FastifyInstance } from 'fastify';
import type { ServerDeps, ServerOptions } from '../server-deps.ts';
import { parsePartialResponse } from '../../query/params/parse-query-params.ts';
import { registerApiRoute } from './api-route.ts';
import { dataAnswer } from './json-answer.ts';

/** Endpoints about servers: those of the shards, merged, and those that the gateway answers for itself. */
export function registerStatusRoutes(app: FastifyInstance, deps: ServerDeps, options: Required<ServerOptions>): void {
  for (const { path: url, methods = ['GET'] as const } of deps.servers.routes) {
    registerApiRoute(app, deps, {
      methods,
      url,
      async handle({ form, value, request, signal }) {
        const { data, warnings } = await deps.servers.ask(url, {
          form: [...form].flatMap(([key, values]) => values.map((text) => [key, text] as const)),
          partialResponse: parsePartialResponse(value('partial_response')) ?? options.queryPartialResponse,
          tenant: request.tenant,
          signal,
        });
        return dataAnswer(data, warnings);
      },
    });
  }
  for (const [url, answer] of Object.entries(deps.status)) {
    registerApiRoute(app, deps, { methods: ['GET'], url, handle: () => dataAnswer(answer()) });
  }
}
