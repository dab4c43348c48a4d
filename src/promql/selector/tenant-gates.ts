import type { TenantsConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/errors.ts';
import { parseSelector } from './parse-selector.ts';
import { createGate, openGate, type SelectorGate } from './selector-gate.ts';

/**
 * The gate of a tenant; undefined is one who may see everything: where no tenants are configured, or an operator.
 * @throws GatewayError `PG_FORBIDDEN` for a tenant that is not configured: nothing is open by mistake
 */
export type GateOf = (tenant: string | undefined) => SelectorGate;

export function createTenantGates(tenants: TenantsConfig | undefined): GateOf {
  const gates = new Map(
    Object.entries(tenants?.matchers ?? {}).map(([tenant, selectors]) => [tenant, createTenantGate(selectors)]),
  );
  return (tenant) => {
    if (tenant === undefined) return openGate;
    const gate = gates.get(tenant);
    if (gate === undefined) throw new GatewayError('PG_FORBIDDEN', 'unknown tenant');
    return gate;
  };
}

/** A tenant of whom nothing is asked would be an operator. */
function createTenantGate(selectors: readonly string[]): SelectorGate {
  const matchers = selectors.flatMap((text) => parseSelector(text).matchers);
  if (matchers.length === 0) throw new GatewayError('PG_CONFIG_INVALID', 'a tenant needs a matcher');
  return createGate(matchers);
}
