import type { FastifyInstance } from 'fastify';
import { parseInstantParams, parseRangeParams, type FormValue } from '../../query/params/parse-query-params.ts';
import type { QueryRequest } from '../../query/service.ts';
import type { RequestDefaults, ServerDeps } from '../server-deps.ts';
import { registerApiRoute } from './api-route.ts';

/** `/api/v1/query`, `/api/v1/query_range`, and how they would be answered: `/api/v1/gateway/explain`. */
export function registerQueryRoutes(app: FastifyInstance, deps: ServerDeps): void {
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query',
    handle({ value, signal }) {
      const { query, defaults } = deps.current();
      return query.query(instant(value, defaults), signal);
    },
  });
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query_range',
    handle({ value, signal }) {
      const { query, defaults } = deps.current();
      return query.query(range(value, defaults), signal);
    },
  });
  registerApiRoute(app, deps, {
    methods: ['GET'],
    url: '/api/v1/gateway/explain',
    handle({ value }) {
      const { query, defaults } = deps.current();
      const request = value('start') === '' ? instant(value, defaults) : range(value, defaults);
      return query.explain(request, value('format') === 'text' ? 'text' : 'json');
    },
  });
}

function instant(value: FormValue, { queryPartialResponse: partialResponse }: RequestDefaults): QueryRequest {
  return parseInstantParams(value, { nowMs: Date.now(), partialResponse });
}

function range(value: FormValue, { queryPartialResponse: partialResponse }: RequestDefaults): QueryRequest {
  return parseRangeParams(value, { nowMs: Date.now(), partialResponse });
}
