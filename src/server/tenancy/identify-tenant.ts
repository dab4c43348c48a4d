import type { TenantsConfig } from '../../config/config.ts';
import { createAddressSet } from '../../model/address-set.ts';
import type { TenantHeader } from './tenant-header.ts';

/** What is known of who asks. */
export interface Asker {
  /** As authenticated; undefined where no users are configured. */
  readonly user: string | undefined;
  readonly header: TenantHeader;
  /** Of the connection. */
  readonly address: string | undefined;
}

/** Why a request is nobody's: what the metric counts by. */
export type DenialReason = 'no_tenant' | 'unknown_tenant' | 'other_tenant' | 'untrusted_header' | 'bad_header';

/** Undefined: an operator, who sees everything. */
export type Identity = { readonly tenant: string | undefined } | { readonly denied: DenialReason };

/**
 * Finds out which tenant a request is of. A header can only choose where nothing else says it: the tenant of a user counts, and
 * a header that says another is refused; an operator who names a tenant sees what that tenant sees.
 */
export function createTenantFinder(tenants: TenantsConfig): (asker: Asker) => Identity {
  const known = new Set(Object.keys(tenants.matchers));
  const byUser = new Map(Object.entries(tenants.byUser));
  const operators = new Set(tenants.operators);
  const proxies = tenants.trustedProxies === undefined ? undefined : createAddressSet(tenants.trustedProxies);
  const isTrusted = (address: string | undefined): boolean =>
    tenants.trustedProxies === undefined || proxies?.has(address) === true;
  return ({ user, header, address }) => {
    if (header === 'bad') return { denied: 'bad_header' };
    if (header !== 'absent' && !isTrusted(address)) return { denied: 'untrusted_header' };
    const named = header === 'absent' ? undefined : header.value;
    if (named !== undefined && !known.has(named)) return { denied: 'unknown_tenant' };
    if (user !== undefined && operators.has(user)) return { tenant: named };
    const own = user === undefined ? undefined : byUser.get(user);
    if (own !== undefined && named !== undefined && named !== own) return { denied: 'other_tenant' };
    const tenant = own ?? named;
    return tenant === undefined ? { denied: 'no_tenant' } : { tenant };
  };
}
