import type { FastifyInstance } from 'fastify';
import {
  parseInstantParams,
  parseRangeParams,
  type QueryParamDefaults,
} from '../../query/params/parse-query-params.ts';
import type { QueryRequest } from '../../query/service.ts';
import type { ServerDeps, ServerOptions } from '../server-deps.ts';
import { registerApiRoute, type ApiRequest } from './api-route.ts';

/** `/api/v1/query`, `/api/v1/query_range`, and how they would be answered: `/api/v1/gateway/explain`. */
export function registerQueryRoutes(app: FastifyInstance, deps: ServerDeps, options: Required<ServerOptions>): void {
  const defaults = ({ request }: ApiRequest): QueryParamDefaults => ({
    nowMs: Date.now(),
    partialResponse: options.queryPartialResponse,
    tenant: request.tenant,
  });
  const instant = (asked: ApiRequest): QueryRequest => parseInstantParams(asked.value, defaults(asked));
  const range = (asked: ApiRequest): QueryRequest => parseRangeParams(asked.value, defaults(asked));
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query',
    handle: (asked) => deps.query.query(instant(asked), asked.signal),
  });
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query_range',
    handle: (asked) => deps.query.query(range(asked), asked.signal),
  });
  registerApiRoute(app, deps, {
    methods: ['GET'],
    url: '/api/v1/gateway/explain',
    handle: (asked) =>
      deps.query.explain(
        asked.value('start') === '' ? instant(asked) : range(asked),
        asked.value('format') === 'text' ? 'text' : 'json',
      ),
  });
}
