import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openWebConfig } from '../../../src/config/web/web-config.ts';
import type { GatewayServer } from '../../../src/server/create-server.ts';
import { createRoutePrefix } from '../../../src/server/route-prefix.ts';
import { createTenancy } from '../../../src/server/tenancy/guard-tenants.ts';
import { answerOf, createFixture, exchange, get } from './server-fixture.ts';

const request = (url: string, method = 'GET'): IncomingMessage => ({ url, method }) as IncomingMessage;

describe('the target of a request', () => {
  it.each([
    ['/p/', '/'],
    ['/p/?x=1', '/?x=1'],
    ['/p/federate?match[]=/p/', '/federate?match[]=/p/'],
    ['/%70/%66ederate', '/federate'],
    ['http://h/p/metrics', '/metrics'],
    ['/p//metrics', '//metrics'],
    ['/p/../metrics', '/../metrics'],
    ['/p/%2e%2e/metrics', '/../metrics'],
    ['/p/p/metrics', '/p/metrics'],
    ['*', '*'],
    ['other:443', 'other:443'],
  ])('%s is %s below /p', (url, target) => {
    const prefix = createRoutePrefix('/p');
    const asked = request(url);
    expect([prefix.targetOf(asked), prefix.redirectOf(asked)]).toEqual([target, undefined]);
  });

  it.each([
    '/metrics',
    '/pmetrics',
    '/pp/metrics',
    '//p/metrics',
    '/p%2fmetrics',
    '/P/metrics',
    '/p;/metrics',
    '/p#/metrics',
    '/x/../p/metrics',
    '/./p/metrics',
    'http://h/metrics',
    'http://p/metrics',
  ])('%s is no route', (url) => {
    const prefix = createRoutePrefix('/p');
    const asked = request(url);
    const path = url.replace(/^http:\/\/\w/, '');
    expect([prefix.targetOf(asked), prefix.redirectOf(asked)]).toEqual([
      `/(outside the route prefix)${path}`,
      undefined,
    ]);
  });

  it.each([
    ['/', 'GET', { status: 302, location: '/a/p' }],
    ['/?x=//evil.example', 'GET', { status: 302, location: '/a/p' }],
    ['/', 'POST', { status: 302, location: '/a/p' }],
    ['/a/p', 'GET', { status: 301, location: '/a/p/' }],
    ['/a/p?x=1&y', 'GET', { status: 301, location: '/a/p/?x=1&y' }],
    ['/a/%70', 'GET', { status: 301, location: '/a/p/' }],
  ])('%s (%s) leads to the first page', (url, method, redirect) => {
    const prefix = createRoutePrefix('/a/p');
    const asked = request(url, method);
    expect([prefix.targetOf(asked), prefix.redirectOf(asked)]).toEqual(['/', redirect]);
  });

  it('is the whole path without a prefix', () => {
    const prefix = createRoutePrefix('');
    expect(['/', '/p', '//p'].map((url) => prefix.targetOf(request(url)))).toEqual(['/', '/p', '//p']);
    expect(prefix.redirectOf(request('/'))).toBeUndefined();
  });
});

/** Ways to write a path that a server below `/p` might take for `/p/metrics`, or for another one. */
const tricks = [
  '/metrics',
  '//metrics',
  '/pmetrics',
  '//p/metrics',
  '/p//metrics',
  '/./p/metrics',
  '/p/./metrics',
  '/p/../metrics',
  '/p/../p/metrics',
  '/p/federate/../metrics',
  '/p/federate/%2e%2e/metrics',
  '/p/%2e%2e/metrics',
  '/p/..%2fmetrics',
  '/p%2fmetrics',
  '/p/%2fmetrics',
  '/%2fp/metrics',
  '/P/metrics',
  '/p/p/metrics',
  '/p;/metrics',
  '/p/;/metrics',
  '/p/metrics;',
  '/p/metrics/',
  '/p/metrics%00',
  '/p/metrics%3f',
  '/p?/metrics',
  '/p#/metrics',
  '/p\\metrics',
  '/p/api/v1/label/x/values/../../../../metrics',
  '/(outside%20the%20route%20prefix)/metrics',
  '/p/(outside%20the%20route%20prefix)/metrics',
  'http://h/metrics',
  'http://h//p/metrics',
  'http://h/p',
  '*',
];
/** Those that are `/p/metrics` by RFC 9112 and RFC 3986. */
const same = ['/p/metrics', '/p/metrics?x', '/%70/metrics', '/p/%6detrics', 'http://h/p/metrics'];

describe('nobody gets past', () => {
  const running: GatewayServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close(0)));
  });

  const start = async (deps: Parameters<typeof createFixture>[2]) => {
    const fixture = createFixture(async () => answerOf(['m 1\n']), { routePrefix: '/p' }, deps);
    running.push(fixture.server);
    const url = await fixture.server.listen({ host: '127.0.0.1', port: 0 });
    const ask = async (target: string, headers: Record<string, string> = {}): Promise<[number, string]> => {
      const { text, closed } = exchange(url, get(target, { ...headers, connection: 'close' }));
      await closed;
      return [Number(/^HTTP\/1\.1 (\d+)/.exec(text())?.[1]), text()];
    };
    return { ...fixture, url, ask };
  };

  it('the passwords, wherever a path leads', async () => {
    const webConfig = () => ({ ...openWebConfig, users: new Map([['u', 'hash']]) });
    const { ask } = await start({ auth: { webConfig, login: async () => false } });
    for (const target of [...tricks, ...same, '/', '/p', '/p/', '/p/-/healthy', '/-/healthy']) {
      const [status, text] = await ask(target);
      // What is no path at all, or has a fragment, is refused before anybody is asked who it is.
      expect([target, status]).toEqual([
        target,
        target === '*' || /[#\\]/.test(target) ? expect.toBeOneOf([400, 401]) : 401,
      ]);
      expect(text).not.toContain('promgate_build_info');
    }
  });

  it('the list of what tenants may see', async () => {
    const tenancy = createTenancy({ header: 'x-t', byUser: {}, operators: ['admin'], matchers: { a: ['{t="a"}'] } });
    const { ask } = await start({ tenancy });
    const tenant = { 'x-t': 'a' };
    for (const target of same) expect([target, (await ask(target, tenant))[0]]).toEqual([target, 403]);
    for (const target of tricks) {
      const [status, text] = await ask(target, tenant);
      expect([target, status]).toEqual([target, expect.toBeOneOf([400, 403, 404])]);
      expect(text).not.toContain('promgate_build_info');
    }
    expect((await ask('/p/federate', tenant))[1]).toContain('m 1\n');
    expect((await ask('/federate', tenant))[0]).toBe(404);
    expect((await ask('/p/federate'))[0]).toBe(403);
    // Open for everyone who is let in, below the prefix only.
    expect([(await ask('/p/-/healthy'))[0], (await ask('/-/healthy'))[0]]).toEqual([200, 404]);
  });

  it('the paths of anybody where nobody is asked who it is', async () => {
    const { ask, recorded } = await start({});
    for (const target of same) expect((await ask(target))[1]).toContain('promgate_build_info');
    expect(recorded.requests.map(({ handler }) => handler)).toEqual(same.map(() => '/metrics'));
    recorded.requests.length = 0;
    for (const target of tricks) expect(`${target}: ${(await ask(target))[1]}`).not.toContain('promgate_build_info');
    expect(recorded.requests.filter(({ handler }) => handler === '/metrics')).toEqual([]);
  });
});

describe('the first page', () => {
  it.each([
    [{ routePrefix: '/p' }, '/p/', '  /p/federate?match', "curl -sG 'localhost:9490/p/federate'"],
    [
      { routePrefix: '/p', externalUrl: 'https://g.example/q' },
      '/p/',
      '  /q/federate?',
      "'https://g.example/q/federate'",
    ],
    [{ externalUrl: 'https://g.example' }, '/', '  /federate?', "'https://g.example/federate'"],
    [{}, '/', '  /federate?', "curl -sG 'localhost:9490/federate'"],
  ])('with %j shows paths as clients see them', async (options, url, path, command) => {
    const { server } = createFixture(async () => answerOf([]), options);
    const { statusCode, body } = await server.app.inject({ url });
    expect(statusCode).toBe(200);
    expect(body).toContain(path);
    expect(body).toContain(command);
  });

  it('is where the server says it is', async () => {
    const { server } = createFixture(async () => answerOf([]), { routePrefix: '/p' });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p$/);
    expect(await (await fetch(new URL('/', url))).text()).toContain('/p/federate');
    await server.close(0);
  });
});
