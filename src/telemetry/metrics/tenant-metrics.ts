import { Counter, type Registry } from 'prom-client';

/** Labels are of closed sets: only configured tenants become one. */
export interface TenantMetrics {
  countRequest(tenant: string, outcome: string): void;
  countDenied(reason: string): void;
}

export function createTenantMetrics(registry: Registry): TenantMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'promgate_tenant_requests_total',
    help: 'Requests of configured tenants.',
    labelNames: ['tenant', 'outcome'] as const,
    registers,
  });
  const denied = new Counter({
    name: 'promgate_tenant_denied_requests_total',
    help: 'Requests that were refused because of whom they are of.',
    labelNames: ['reason'] as const,
    registers,
  });
  return {
    countRequest: (tenant, outcome) => requests.inc({ tenant, outcome }),
    countDenied: (reason) => denied.inc({ reason }),
  };
}
