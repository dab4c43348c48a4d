import type { RawTenants } from '../raw-config.ts';
import { createAddressSet } from '../../model/address-set.ts';
import { childPointer } from '../source/pointer.ts';
import type { CheckContext, Placed } from './check-context.ts';
import type { ParseSelector } from './check-selectors.ts';

/** Headers that say something else already, or that every hop writes anew. */
const takenHeaders: ReadonlySet<string> = new Set(
  (
    'accept accept-encoding authorization connection content-length content-type cookie expect forwarded host keep-alive ' +
    'origin proxy-authorization proxy-connection te trailer transfer-encoding upgrade user-agent x-forwarded-for'
  ).split(' '),
);

/** Reports tenants that nobody can be, that see everything by mistake, or that contradict each other. */
export function checkTenants(context: CheckContext, parseSelector: ParseSelector): void {
  const { tenants } = context;
  if (tenants === undefined) return;
  checkHeader(tenants, context);
  checkUsers(tenants, context);
  checkMatchers(tenants, context, parseSelector);
}

function checkHeader({ value, pointer }: Placed<Partial<RawTenants>>, { findings }: CheckContext): void {
  const { header, trusted_proxies: proxies, by_user: byUser } = value;
  if (header !== undefined && takenHeaders.has(header.toLowerCase())) {
    findings.error(childPointer(pointer, 'header'), `${header} has a meaning of its own: choose another`);
  }
  if (header === undefined && byUser !== undefined && Object.keys(byUser).length === 0) {
    findings.error(pointer, 'nobody can be a tenant: neither header nor by_user is given', { part: 'key' });
  }
  const at = childPointer(pointer, 'trusted_proxies');
  if (header !== undefined && proxies === undefined) {
    const advice = 'whoever reaches promgate can name any tenant in it; trusted_proxies says whom to believe';
    findings.warning(childPointer(pointer, 'header'), advice);
  }
  if (header === undefined && proxies !== undefined) {
    findings.error(at, 'needs header, which they are trusted with', { part: 'key' });
  }
  for (const [i, address] of (proxies ?? []).entries()) {
    if (createAddressSet([address]) !== undefined) continue;
    findings.error(childPointer(at, i), `expected an IP address or a CIDR range, got ${JSON.stringify(address)}`);
  }
}

function checkUsers({ value, pointer }: Placed<Partial<RawTenants>>, { findings }: CheckContext): void {
  const { by_user: byUser = {}, operators = [], matchers } = value;
  for (const [user, tenant] of Object.entries(byUser)) {
    const at = childPointer(childPointer(pointer, 'by_user'), user);
    if (matchers !== undefined && !Object.hasOwn(matchers, tenant)) {
      findings.error(at, `there is no tenant ${JSON.stringify(tenant)} in tenants.matchers`);
    }
    if (operators.includes(user)) {
      findings.error(at, 'is one of tenants.operators, who see everything', { part: 'key' });
    }
  }
}

function checkMatchers(
  { value, pointer }: Placed<Partial<RawTenants>>,
  { findings, replicaLabels }: CheckContext,
  parseSelector: ParseSelector,
): void {
  for (const [tenant, selectors] of Object.entries(value.matchers ?? {})) {
    const list = childPointer(childPointer(pointer, 'matchers'), tenant);
    for (const [i, text] of selectors.entries()) {
      const names = labelsOf(text, parseSelector);
      const at = childPointer(list, i);
      if (names?.length === 0) findings.error(at, 'matches everything: who may see everything is an operator');
      const replica = names?.find((name) => replicaLabels.includes(name));
      if (replica === undefined) continue;
      findings.error(at, `${JSON.stringify(replica)} is a replica label (global.replica_labels): no series has it`);
    }
  }
}

/** Names of the labels that a selector is about; undefined for what is none, which is reported elsewhere. */
function labelsOf(text: string, parseSelector: ParseSelector): readonly string[] | undefined {
  try {
    const parsed = parseSelector(text);
    return parsed?.matchers.map(({ name }) => name);
  } catch {
    return undefined;
  }
}
