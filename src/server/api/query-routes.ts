import type { FastifyInstance } from 'fastify';
import { parseInstantParams, parseRangeParams, type FormValue } from '../../query/params/parse-query-params.ts';
import type { QueryRequest } from '../../query/service.ts';
import type { ServerDeps, ServerOptions } from '../server-deps.ts';
import { registerApiRoute } from './api-route.ts';

/** `/api/v1/query`, `/api/v1/query_range`, and how they would be answered: `/api/v1/gateway/explain`. */
export function registerQueryRoutes(app: FastifyInstance, deps: ServerDeps, options: Required<ServerOptions>): void {
  const defaults = (): { nowMs: number; partialResponse: 'warn' | 'abort' } => ({
    nowMs: Date.now(),
    partialResponse: options.queryPartialResponse,
  });
  const instant = (value: FormValue): QueryRequest => parseInstantParams(value, defaults());
  const range = (value: FormValue): QueryRequest => parseRangeParams(value, defaults());
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query',
    handle: ({ value, signal }) => deps.query.query(instant(value), signal),
  });
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query_range',
    handle: ({ value, signal }) => deps.query.query(range(value), signal),
  });
  registerApiRoute(app, deps, {
    methods: ['GET'],
    url: '/api/v1/gateway/explain',
    handle: ({ value }) =>
      deps.query.explain(
        value('start') === '' ? instant(value) : range(value),
        value('format') === 'text' ? 'text' : 'json',
      ),
  });
}
