import type { FastifyInstance } from 'fastify';
import {
  parseInstantParams,
  parseRangeParams,
  type QueryParamDefaults,
} from '../../query/params/parse-query-params.ts';
import type { QueryRequest } from '../../query/service.ts';
import type { RequestDefaults, ServerDeps } from '../server-deps.ts';
import { registerApiRoute, type ApiRequest } from './api-route.ts';

/** `/api/v1/query`, `/api/v1/query_range`, and how they would be answered: `/api/v1/gateway/explain`. */
export function registerQueryRoutes(app: FastifyInstance, deps: ServerDeps): void {
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query',
    handle(asked) {
      const { query, defaults } = deps.current();
      return query.query(instant(asked, defaults), asked.signal);
    },
  });
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/query_range',
    handle(asked) {
      const { query, defaults } = deps.current();
      return query.query(range(asked, defaults), asked.signal);
    },
  });
  registerApiRoute(app, deps, {
    methods: ['GET'],
    url: '/api/v1/gateway/explain',
    handle(asked) {
      const { query, defaults } = deps.current();
      const request = asked.value('start') === '' ? instant(asked, defaults) : range(asked, defaults);
      return query.explain(request, asked.value('format') === 'text' ? 'text' : 'json');
    },
  });
}

function instant(asked: ApiRequest, defaults: RequestDefaults): QueryRequest {
  return parseInstantParams(asked.value, paramDefaults(asked, defaults));
}

function range(asked: ApiRequest, defaults: RequestDefaults): QueryRequest {
  return parseRangeParams(asked.value, paramDefaults(asked, defaults));
}

function paramDefaults({ request, encoding }: ApiRequest, defaults: RequestDefaults): QueryParamDefaults {
  return {
    nowMs: Date.now(),
    partialResponse: defaults.queryPartialResponse,
    tenant: request.tenant,
    acceptsGzip: encoding === 'gzip',
  };
}
