import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ContentEncoding } from '../../exposition/negotiate-encoding.ts';
import type { JsonAnswer } from '../../query/service.ts';
import { clientSignal } from '../client-signal.ts';
import type { FormValues } from '../form-values.ts';
import type { ServerDeps } from '../server-deps.ts';
import { apiForm } from './api-form.ts';
import { answerOf } from './json-answer.ts';
import { sendJson } from './send-json.ts';

/** One request to the API, its parameters merged. */
export interface ApiRequest {
  readonly form: FormValues;
  /** First value of a key, `""` where there is none. */
  readonly value: (key: string) => string;
  readonly request: FastifyRequest;
  /** How the answer is compressed, if it is. */
  readonly encoding: ContentEncoding;
  /** Fires when the client's connection closes. */
  readonly signal: AbortSignal;
}

type ApiHandler = (request: ApiRequest) => Promise<JsonAnswer> | JsonAnswer;

export interface ApiRoute {
  readonly methods: readonly ('GET' | 'POST')[];
  readonly url: string;
  readonly handle: ApiHandler;
}

/** Registers an endpoint that answers in JSON, errors included. */
export function registerApiRoute(
  app: FastifyInstance,
  deps: Pick<ServerDeps, 'negotiateEncoding'>,
  route: ApiRoute,
): void {
  app.route({
    method: [...route.methods],
    url: route.url,
    async handler(request, reply) {
      const signal = clientSignal(reply.raw);
      const form = apiForm(request);
      const value = (key: string): string => form.get(key)?.[0] ?? '';
      const encoding = deps.negotiateEncoding(request.raw.headers['accept-encoding']?.toString());
      const asked = { form, value, request, encoding, signal };
      const answer = await answerOf(() => route.handle(asked), request.tenant);
      await sendJson(answer, { request, reply, encoding, signal });
      return reply;
    },
  });
}
