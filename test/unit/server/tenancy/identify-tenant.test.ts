import { expect, it } from 'vitest';
import { createTenantFinder, type Asker, type Identity } from '../../../../src/server/tenancy/identify-tenant.ts';

const find = createTenantFinder({
  header: 'x-t',
  trustedProxies: ['10.0.0.0/8'],
  byUser: { alice: 'a', bob: 'b' },
  operators: ['admin'],
  matchers: { a: ['{t="a"}'], b: ['{t="b"}'] },
});
const asker: Asker = { user: undefined, header: 'absent', address: '10.0.0.1' };
const named = (value: string): Partial<Asker> => ({ header: { value } });

it.each<[string, Partial<Asker>, Identity]>([
  ['a user of a tenant', { user: 'alice' }, { tenant: 'a' }],
  ['the same from elsewhere', { user: 'alice', address: '1.2.3.4' }, { tenant: 'a' }],
  ['a user who names the own tenant', { user: 'alice', ...named('a') }, { tenant: 'a' }],
  ['a user who names another', { user: 'alice', ...named('b') }, { denied: 'other_tenant' }],
  ['an operator', { user: 'admin' }, { tenant: undefined }],
  ['an operator who names a tenant', { user: 'admin', ...named('b') }, { tenant: 'b' }],
  ['an operator who names none that exists', { user: 'admin', ...named('c') }, { denied: 'unknown_tenant' }],
  ['a header', named('b'), { tenant: 'b' }],
  ['a header beside a user without a tenant', { user: 'proxy', ...named('b') }, { tenant: 'b' }],
  ['a header from elsewhere', { ...named('b'), address: '1.2.3.4' }, { denied: 'untrusted_header' }],
  ['a header from nowhere', { ...named('b'), address: undefined }, { denied: 'untrusted_header' }],
  [
    'an operator with a header from elsewhere',
    { user: 'admin', ...named('b'), address: '::1' },
    { denied: 'untrusted_header' },
  ],
  ['an unknown name', named('constructor'), { denied: 'unknown_tenant' }],
  ['a bad header, whoever it is', { user: 'admin', header: 'bad' }, { denied: 'bad_header' }],
  ['nobody', {}, { denied: 'no_tenant' }],
  ['a user of objects', { user: 'constructor' }, { denied: 'no_tenant' }],
])('%s', (_what, asked, identity) => {
  expect(find({ ...asker, ...asked })).toEqual(identity);
});
