import { expect, it } from 'vitest';
import { createTenancy } from '../../../../src/server/tenancy/guard-tenants.ts';
import { openRoutes, tenantRoutes } from '../../../../src/server/tenancy/tenant-routes.ts';
import { answerOf, createFixture, type ServerFixture } from '../server-fixture.ts';
import { GatewayError } from '../../../../src/model/errors.ts';

const tenancy = createTenancy({ header: 'x-t', byUser: {}, operators: ['admin'], matchers: { a: ['{t="a"}'] } });
const headers = { 'x-t': 'a' };

function setUp(federate = async () => answerOf(['m 1\n'])): ServerFixture {
  return createFixture(federate, {}, { tenancy });
}

it('refuses every route that is not said to be for tenants', async () => {
  const { server, recorded } = setUp();
  await server.app.ready();
  const routes = server.app.printRoutes({ commonPrefix: false }).matchAll(/── \/?([\w/:-]*) \((\w+)/g);
  // What begins with an underscore goes on with the name above it.
  const urls = [...routes]
    .filter(([, path]) => !path!.startsWith('_'))
    .map(([, path, method]) => ({ url: `/${path}`, method: method as 'GET' | 'POST' }));
  expect(urls.length).toBeGreaterThan(10);
  const closed = urls.filter(({ url }) => !openRoutes.has(url) && !tenantRoutes.has(url));
  expect(closed.map(({ url }) => url)).toContain('/metrics');
  for (const { method, url } of closed) {
    const { statusCode } = await server.app.inject({ method, url, headers });
    expect([url, statusCode]).toEqual([url, 403]);
  }
  for (const { method, url } of urls.filter(({ url }) => !openRoutes.has(url))) {
    const { statusCode } = await server.app.inject({ method, url });
    expect([url, statusCode]).toEqual([url, 403]);
  }
  expect(recorded.refused.filter((reason) => reason === 'operators_only')).toHaveLength(closed.length);
  expect(recorded.tenants).toEqual(closed.map(() => 'a denied'));
});

it('hands the tenant on and counts what became of the request', async () => {
  const seen: (string | undefined)[] = [];
  const { server, recorded } = createFixture(
    async ({ tenant }) => {
      seen.push(tenant);
      return answerOf(['m 1\n']);
    },
    {},
    { tenancy },
  );
  expect((await server.app.inject({ url: '/federate', headers })).statusCode).toBe(200);
  expect((await server.app.inject({ url: '/federate?dedup=perhaps', headers })).statusCode).toBe(400);
  expect(seen).toEqual(['a']);
  await expect.poll(() => recorded.tenants).toEqual(['a success', 'a client_error']);
});

it('tells a tenant of a failure by its code, for what replicas wrote is not its own', async () => {
  const { server, recorded } = setUp(async () => {
    throw new GatewayError('PG_SHARD_UNAVAILABLE', 'shard s: replica prom-0a:9090: bad line m{team="b"}', {
      details: { shard: 's' },
    });
  });
  const { statusCode, body } = await server.app.inject({ url: '/federate', headers });
  expect(statusCode).toBe(503);
  expect(body).toBe("shard s: the read failed with PG_SHARD_UNAVAILABLE; the operator's log says why\n");
  await expect.poll(() => recorded.tenants).toEqual(['a server_error']);
});
