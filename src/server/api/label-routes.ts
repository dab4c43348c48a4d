import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../../model/errors.ts';
import type { Selector } from '../../model/matcher.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { parseSelectors } from '../../promql/selector/parse-selector.ts';
import { parseLimit, parsePartialResponse } from '../../query/params/parse-query-params.ts';
import { parseTimeMs } from '../../query/params/parse-time.ts';
import type { RequestDefaults, ServerDeps } from '../server-deps.ts';
import type { LabelRequest } from '../../query/endpoints/label-endpoints.ts';
import { registerApiRoute, type ApiRequest } from './api-route.ts';
import { dataAnswer } from './json-answer.ts';
import { unescapeLabelName } from './unescape-label-name.ts';

/** `/api/v1/series`, `/api/v1/labels`, `/api/v1/label/<name>/values`. */
export function registerLabelRoutes(app: FastifyInstance, deps: ServerDeps): void {
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/series',
    async handle(request) {
      if ((request.form.get('match[]') ?? []).length === 0)
        throw new QueryError('bad_data', 'no match[] parameter provided');
      const { labels, defaults } = deps.current();
      const { data, warnings } = await labels.series(
        toRequest(request, defaults, { prefix: 'invalid parameter "match[]": ' }),
      );
      return dataAnswer(data, warnings);
    },
  });
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/labels',
    async handle(request) {
      const { labels, defaults } = deps.current();
      const { data, warnings } = await labels.names(toRequest(request, defaults, { prefix: '' }));
      return dataAnswer(data, warnings);
    },
  });
  registerApiRoute(app, deps, {
    methods: ['GET'],
    url: '/api/v1/label/:name/values',
    async handle(request) {
      const { name } = request.request.params as { name: string };
      const label = unescapeLabelName(name);
      const { labels, defaults } = deps.current();
      const { data, warnings } = await labels.values(label, toRequest(request, defaults, { prefix: '' }));
      return dataAnswer(data, warnings);
    },
  });
}

function toRequest(
  { form, value, request, signal }: ApiRequest,
  defaults: RequestDefaults,
  { prefix }: { readonly prefix: string },
): LabelRequest {
  return {
    limit: parseLimit(value('limit')),
    times: (['start', 'end'] as const).flatMap((key) => timeOf(key, value(key))),
    selectors: selectorsOf(form.get('match[]') ?? [], prefix),
    partialResponse: parsePartialResponse(value('partial_response')) ?? defaults.queryPartialResponse,
    tenant: request.tenant,
    signal,
  };
}

function timeOf(key: string, text: string): readonly (readonly [string, string])[] {
  if (text === '') return [];
  try {
    parseTimeMs(text);
    return [[key, text]];
  } catch (error) {
    const reason = (error as Error).message;
    throw new QueryError('bad_data', `invalid parameter "${key}": invalid time value for '${key}': ${reason}`);
  }
}

function selectorsOf(texts: readonly string[], prefix: string): readonly Selector[] {
  const selectors = parsed(texts, prefix);
  for (const { matchers } of selectors) {
    if (!matchers.every((matcher) => matcher.accepts(''))) continue;
    throw new QueryError('bad_data', `${prefix}match[] must contain at least one non-empty matcher`);
  }
  return selectors;
}

function parsed(texts: readonly string[], prefix: string): readonly Selector[] {
  try {
    return parseSelectors(texts);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new QueryError('bad_data', `${prefix}${error.message}`);
  }
}
