import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toGatewayError } from '../../model/errors.ts';
import { QueryError } from '../../promql/engine/query-error.ts';
import { errorEnvelope } from '../../query/encode/envelope.ts';
import { parseInstantParams, parseRangeParams, type FormValue } from '../../query/params/parse-query-params.ts';
import type { JsonAnswer, QueryRequest } from '../../query/service.ts';
import { clientSignal } from '../client-signal.ts';
import type { ServerDeps, ServerOptions } from '../server-deps.ts';
import { apiForm } from './api-form.ts';
import { sendJson } from './send-json.ts';

type ParseParams = (form: FormValue, defaults: { nowMs: number; partialResponse: 'warn' | 'abort' }) => QueryRequest;

/** `/api/v1/query`, `/api/v1/query_range` and how they would be answered, `/api/v1/gateway/explain`. */
export function registerQueryRoutes(app: FastifyInstance, deps: ServerDeps, options: Required<ServerOptions>): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply, parse: ParseParams): Promise<FastifyReply> => {
    const signal = clientSignal(reply.raw);
    const found = await answerOf(() => deps.query.query(parse(formValue(request), defaultsOf(options)), signal));
    await sendJson(found, { request, reply, signal, deps, options });
    return reply;
  };
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/api/v1/query',
      handler: (request, reply) => answer(request, reply, parseInstantParams),
    });
    app.route({
      method,
      url: '/api/v1/query_range',
      handler: (request, reply) => answer(request, reply, parseRangeParams),
    });
  }
  app.get('/api/v1/gateway/explain', async (request, reply) => {
    const form = formValue(request);
    const parse = form('start') === '' ? parseInstantParams : parseRangeParams;
    const format = form('format') === 'text' ? 'text' : 'json';
    const found = await answerOf(async () => deps.query.explain(parse(form, defaultsOf(options)), format));
    const signal = clientSignal(reply.raw);
    await sendJson(found, { request, reply, signal, deps, options });
    return reply;
  });
}

function defaultsOf({ queryPartialResponse }: Required<ServerOptions>): Parameters<ParseParams>[1] {
  return { nowMs: Date.now(), partialResponse: queryPartialResponse };
}

function formValue(request: FastifyRequest): FormValue {
  const form = apiForm(request);
  return (key) => form.get(key)?.[0] ?? '';
}

/** Errors before the first byte are answers, too. */
export async function answerOf(work: () => Promise<JsonAnswer>): Promise<JsonAnswer> {
  try {
    return await work();
  } catch (error) {
    const { type, message } = error instanceof QueryError ? error : toApiError(error);
    const { status, text } = errorEnvelope(type, message);
    return { status, body: textBody(text) };
  }
}

function toApiError(error: unknown): Pick<QueryError, 'type' | 'message'> {
  const { code, message } = toGatewayError(error);
  if (code === 'PG_CLIENT_GONE') return { type: 'canceled', message };
  return { type: code === 'PG_OVERLOADED' ? 'unavailable' : 'internal', message };
}

async function* textBody(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}
