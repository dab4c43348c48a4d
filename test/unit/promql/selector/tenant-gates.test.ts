import { expect, it } from 'vitest';
import { createMatcher } from '../../../../src/model/matcher.ts';
import { formatSelector } from '../../../../src/promql/selector/format-selector.ts';
import { createTenantGates } from '../../../../src/promql/selector/tenant-gates.ts';

const tenants = { byUser: {}, operators: [], matchers: { t: ['{a="1"}', '{b!="2",c=~"3|"}'] } };

it('adds what is enforced, once, and keeps what was asked', () => {
  const gate = createTenantGates(tenants)('t');
  const once = gate.enforce([createMatcher('a', '=', '9'), createMatcher('b', '!=', '2')]);
  expect(formatSelector({ matchers: once })).toBe('{a="1",a="9",b!="2",c=~"3|"}');
  expect(gate.enforce(once)).toEqual(once);
  expect(once).toHaveLength(4);
});

it('admits series that match all of it', () => {
  const gate = createTenantGates(tenants)('t');
  expect(gate.admits(['a', '1'])).toBe(true);
  expect(gate.admits(['a', '1', 'b', '2'])).toBe(false);
  expect(gate.admits(['b', '1'])).toBe(false);
});

it('is open for one who may see everything, and for nobody else', () => {
  expect(createTenantGates(tenants)(undefined).enforce([])).toEqual([]);
  expect(() => createTenantGates(tenants)('other')).toThrow('unknown tenant');
  expect(() => createTenantGates(undefined)('t')).toThrow('unknown tenant');
  expect(() => createTenantGates({ ...tenants, matchers: { t: ['{}'] } })).toThrow('needs a matcher');
});
