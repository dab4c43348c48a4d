import type { FastifyInstance } from 'fastify';
import { dedupExplanationText } from '../../federate/pipeline/dedup-explanation.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { parseLimit } from '../../query/params/parse-query-params.ts';
import type { ServerDeps } from '../server-deps.ts';
import { registerApiRoute } from './api-route.ts';
import { dataAnswer, textAnswer } from './json-answer.ts';

const defaultLimit = 100;
const maxLimit = 10_000;

/** `/api/v1/gateway/dedup`: what `/federate` would do with series now, and why. */
export function registerDedupRoute(app: FastifyInstance, deps: ServerDeps): void {
  registerApiRoute(app, deps, {
    methods: ['GET', 'POST'],
    url: '/api/v1/gateway/dedup',
    async handle({ form, value, signal }) {
      const match = form.get('match[]') ?? [];
      if (match.length === 0) throw new QueryError('bad_data', 'no match[] parameter provided');
      const explanation = await deps.current().explainDedup({ match, limit: limitOf(value('limit')), signal });
      if (value('format') === 'text') {
        return { ...textAnswer(200, dedupExplanationText(explanation)), contentType: 'text/plain; charset=utf-8' };
      }
      const lost = explanation.shards.flatMap(({ shard, error }) =>
        error === undefined ? [] : [`${shard}: ${error}`],
      );
      return dataAnswer(
        explanation,
        lost.map((reason) => `shard ${reason}`),
      );
    },
  });
}

function limitOf(text: string): number {
  const limit = parseLimit(text) || defaultLimit;
  if (limit <= maxLimit) return limit;
  const reason = `invalid parameter "limit": ${limit} series are more than ${maxLimit}`;
  throw new QueryError('bad_data', reason);
}
