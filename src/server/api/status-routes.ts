import type { FastifyInstance } from 'fastify';
import type { ServerDeps } from '../server-deps.ts';
import { parsePartialResponse } from '../../query/params/parse-query-params.ts';
import { registerApiRoute } from './api-route.ts';
import { dataAnswer } from './json-answer.ts';

/** Endpoints about servers: those of the shards, merged, and those that the gateway answers for itself. */
export function registerStatusRoutes(app: FastifyInstance, deps: ServerDeps): void {
  const { servers: registered, status } = deps.current();
  for (const { path: url, methods = ['GET'] as const } of registered.routes) {
    registerApiRoute(app, deps, {
      methods,
      url,
      async handle({ form, value, request, signal }) {
        const { servers, defaults } = deps.current();
        const { data, warnings } = await servers.ask(url, {
          form: [...form].flatMap(([key, values]) => values.map((text) => [key, text] as const)),
          partialResponse: parsePartialResponse(value('partial_response')) ?? defaults.queryPartialResponse,
          tenant: request.tenant,
          signal,
        });
        return dataAnswer(data, warnings);
      },
    });
  }
  for (const url of Object.keys(status)) {
    registerApiRoute(app, deps, { methods: ['GET'], url, handle: () => dataAnswer(deps.current().status[url]!()) });
  }
}
