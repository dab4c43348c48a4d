import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TenantsConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { errorEnvelope } from '../../query/encode/envelope.ts';
import { corsHeaders } from '../api/cors.ts';
import { replyError } from '../error-reply.ts';
import { guardRequests } from '../guard-requests.ts';
import { createTenantFinder, type DenialReason, type Identity } from './identify-tenant.ts';
import { readTenantHeader } from './tenant-header.ts';
import { openRoutes, tenantRoutes } from './tenant-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose view the answer is; undefined = one who may see everything. */
    tenant: string | undefined;
  }
}

/** Who may see which series. */
export interface Tenancy {
  identify(request: FastifyRequest): Identity;
  readonly reasons: Readonly<Record<DenialReason, string>>;
}

type TenantOutcome = 'success' | 'client_error' | 'server_error' | 'canceled' | 'denied';

export interface TenancyMetrics {
  /** `tenant` is a configured one. */
  countRequest(tenant: string, outcome: TenantOutcome): void;
  countDenied(reason: DenialReason | 'operators_only'): void;
}

export function createTenancy(tenants: TenantsConfig): Tenancy {
  const find = createTenantFinder(tenants);
  const { header } = tenants;
  const named = header ?? 'the header';
  return {
    identify({ raw, user }) {
      const { remoteAddress: address } = raw.socket;
      return find({ user, address, header: header === undefined ? 'absent' : readTenantHeader(raw, header) });
    },
    reasons: {
      no_tenant: `no tenant: this user has none${header === undefined ? '' : `, and ${named} names none`}`,
      unknown_tenant: `${named} names a tenant that does not exist`,
      other_tenant: `${named} names a tenant that is not this user's`,
      untrusted_header: `${named} is not taken from this address`,
      bad_header: `${named} must be there once, name one tenant, and not be listed in Connection`,
    },
  };
}

/**
 * Finds out which tenant each request is of, before anything is read for it, and refuses with 403 those of no tenant, and
 * tenants where only operators may go.
 */
export function guardTenants(app: FastifyInstance, current: () => Tenancy | undefined, metrics: TenancyMetrics): void {
  app.decorateRequest('tenant', undefined);
  guardRequests(app, (request, reply) => {
    // As the router found it: what a path looks like counts for nothing.
    const route = request.routeOptions.url ?? '';
    const tenancy = current();
    if (tenancy === undefined || openRoutes.has(route)) return undefined;
    const identity = tenancy.identify(request);
    if ('denied' in identity) {
      metrics.countDenied(identity.denied);
      return refuse(request, reply, tenancy.reasons[identity.denied]);
    }
    const { tenant } = identity;
    request.tenant = tenant;
    if (tenant === undefined) return undefined;
    if (tenantRoutes.has(route)) {
      onEnd(reply, (outcome) => metrics.countRequest(tenant, outcome));
      return undefined;
    }
    metrics.countDenied('operators_only');
    metrics.countRequest(tenant, 'denied');
    return refuse(request, reply, 'only operators may see this');
  });
}

function onEnd({ raw }: FastifyReply, tell: (outcome: TenantOutcome) => void): void {
  let isOver = false;
  const end = (outcome: TenantOutcome): void => {
    if (!isOver) tell(outcome);
    isOver = true;
  };
  raw.once('finish', () => end(outcomeOf(raw.statusCode)));
  raw.once('close', () => end('canceled'));
}

function outcomeOf(status: number): TenantOutcome {
  if (status < 400) return 'success';
  return status < 500 ? 'client_error' : 'server_error';
}

/** Below the API as Prometheus' API says what is wrong, elsewhere as plain text. */
async function refuse(request: FastifyRequest, reply: FastifyReply, message: string): Promise<void> {
  const error = new GatewayError('PG_FORBIDDEN', message);
  if (request.raw.url?.startsWith('/api/') !== true) return replyError(reply, error);
  await reply
    .code(error.status)
    .headers({ ...corsHeaders(request), 'Content-Type': 'application/json', 'X-Promgate-Error': error.code })
    .send(errorEnvelope('forbidden', message).text);
}
