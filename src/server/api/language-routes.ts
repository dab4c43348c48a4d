import type { FastifyInstance } from 'fastify';
import { QueryError } from '../../promql/engine/query-error.ts';
import type { Expr } from '../../promql/ast/ast.ts';
import { ParseError } from '../../promql/parse/parse-error.ts';
import { parseQuery } from '../../promql/parse/parse-query.ts';
import { exprToJson } from '../../promql/print/expr-to-json.ts';
import { formatQuery } from '../../promql/print/format-query.ts';
import type { ServerDeps } from '../server-deps.ts';
import { registerApiRoute } from './api-route.ts';
import { dataAnswer } from './json-answer.ts';

/** `/api/v1/format_query` and `/api/v1/parse_query`. */
export function registerLanguageRoutes(app: FastifyInstance, deps: ServerDeps): void {
  const parse = (text: string): Expr => parsed(text, deps.current().defaults.experimentalFunctions);
  const methods = ['GET', 'POST'] as const;
  registerApiRoute(app, deps, {
    methods,
    url: '/api/v1/format_query',
    handle: ({ value }) => dataAnswer(formatQuery(parse(value('query')))),
  });
  registerApiRoute(app, deps, {
    methods,
    url: '/api/v1/parse_query',
    handle: ({ value }) => dataAnswer(exprToJson(parse(value('query')))),
  });
}

function parsed(text: string, experimentalFunctions: boolean): Expr {
  try {
    return parseQuery(text, { experimentalFunctions, durationExpressions: false });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new QueryError('bad_data', `invalid parameter "query": ${error.message}`);
  }
}
