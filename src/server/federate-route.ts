import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError, toGatewayError, type ErrorCode } from '../model/errors.ts';
import { messageFor } from '../model/tenant-message.ts';
import { clientSignal } from './client-signal.ts';
import { toFederateRequest } from './federate-query.ts';
import { sendAnswer } from './send-answer.ts';
import type { ServerDeps } from './server-deps.ts';

/** `GET /federate`. */
export function registerFederateRoute(app: FastifyInstance, deps: ServerDeps): void {
  app.get('/federate', async (request, reply) => {
    try {
      await federate(request, reply, deps);
    } catch (error) {
      const failure = toGatewayError(error);
      report(failure, deps, reply.raw.headersSent);
      if (!reply.sent) throw forTenant(request.tenant, failure);
    }
    return reply;
  });
}

async function federate(request: FastifyRequest, reply: FastifyReply, deps: ServerDeps): Promise<void> {
  const { headers } = request.raw;
  const serving = deps.current();
  const { contentType, escaping } = deps.negotiateFormat(headers.accept);
  const encoding = deps.negotiateEncoding(headers['accept-encoding']?.toString());
  const federateRequest = toFederateRequest({
    requestTarget: request.raw.url ?? '',
    scrapeTimeout: headers['x-prometheus-scrape-timeout-seconds']?.toString(),
    escaping,
    partialResponse: serving.defaults.partialResponse,
    tenant: request.tenant,
  });
  const signal = clientSignal(reply.raw);
  const answer = await serving.federate.federate(federateRequest, signal);
  await sendAnswer(answer, reply.raw, {
    contentType,
    encoding,
    signal,
    clientStallTimeoutMs: serving.defaults.clientStallTimeoutMs,
    onFirstByte: () => void reply.hijack(),
    onStall: () => deps.metrics.federate.countClientCut(),
  });
  deps.metrics.federate.countResponse(answer.partial ? 'partial' : 'complete');
}

/** The error with what its client may read of it. */
function forTenant(tenant: string | undefined, error: GatewayError): GatewayError {
  const message = messageFor(tenant, error);
  return message === error.message ? error : new GatewayError(error.code, message, { cause: error });
}

/** The client's own doing: no failure of the answer, and nothing that an operator should see. */
const clientCodes: ReadonlySet<ErrorCode> = new Set(['PG_BAD_REQUEST', 'PG_SELECTOR_INVALID', 'PG_CLIENT_GONE']);

function report(error: GatewayError, { metrics, logger }: ServerDeps, wasStarted: boolean): void {
  if (clientCodes.has(error.code)) {
    logger.debug({ err: error }, 'refused a /federate request, or lost its client');
    return;
  }
  if (error.code === 'PG_CLIENT_SLOW') {
    logger.warn({ err: error }, 'cut off a slow client of /federate');
    return;
  }
  metrics.federate.countResponse('failed');
  logger.error(
    { err: error },
    wasStarted ? 'broke off a /federate answer after its first byte' : 'failed to answer /federate',
  );
}
