import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWebConfig, type WebConfig } from '../../../../src/config/web/web-config.ts';
import { GatewayError } from '../../../../src/model/errors.ts';
import type { Login } from '../../../../src/server/auth/login.ts';
import { answerOf, createFixture, exchange, get, type ServerFixture } from '../server-fixture.ts';

const withUsers: WebConfig = { ...openWebConfig, users: new Map([['alice', hashSync('secret', 4)]]) };
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const isAlice: Login = async ({ user, password }) => user === 'alice' && password === 'secret';

let fixture: ServerFixture;
let asked: number;
function setUp(login: Login = isAlice, webConfig: () => WebConfig = () => withUsers): ServerFixture {
  asked = 0;
  const federate = async () => {
    asked++;
    return answerOf(['a 1\n']);
  };
  return (fixture = createFixture(federate, {}, { auth: { webConfig, login } }));
}
beforeEach(() => void setUp());
afterEach(() => fixture.server.close(0));

const paths = [
  '/',
  '/federate',
  '/metrics',
  '/-/healthy',
  '/-/ready',
  '/-/reload',
  '/nope',
  '/api/v1/query',
  '/federate/',
];

describe('without credentials', () => {
  it.each(paths.flatMap((path) => ['GET', 'POST', 'OPTIONS', 'PUT', 'HEAD'].map((method) => [method, path])))(
    '%s %s is 401 as from Prometheus',
    async (method, url) => {
      const response = await fixture.server.app.inject({ method: method as 'GET', url });
      expect(response.statusCode).toBe(401);
      expect(response.headers).toMatchObject({
        'www-authenticate': 'Basic',
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'x-promgate-error': 'PG_UNAUTHORIZED',
      });
      if (method !== 'HEAD') expect(response.body).toBe('Unauthorized\n');
      expect(response.headers).not.toHaveProperty('allow');
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
      expect(asked).toBe(0);
      expect(fixture.recorded.refused).toEqual(['no_credentials']);
    },
  );

  it('ends the connection of who sends a body', async () => {
    const url = await fixture.server.listen({ host: '127.0.0.1', port: 0 });
    const client = exchange(url, 'POST /api/v1/query HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nquery=');
    await client.received('Unauthorized\n');
    expect(client.text()).toMatch(/\r\nconnection: close\r\n/i);
  });
});

describe('with credentials', () => {
  it.each([
    [basic('alice:secret'), 200, []],
    [basic('alice:wrong'), 401, ['wrong_credentials']],
    [basic('alice:'), 401, ['wrong_credentials']],
    [basic('bob:secret'), 401, ['wrong_credentials']],
    [basic('__proto__:secret'), 401, ['wrong_credentials']],
    ['Bearer secret', 401, ['bad_header']],
    ['', 401, ['bad_header']],
  ])('%s is %i', async (authorization, status, refused) => {
    const response = await fixture.server.app.inject({ url: '/-/healthy', headers: { authorization } });
    expect(response.statusCode).toBe(status);
    expect(fixture.recorded.refused).toEqual(refused);
  });

  it.each([
    ['GET', '/nope', 404],
    ['GET', '/-/reload', 405],
    ['PUT', '/-/reload', 403],
    ['POST', '/-/reload', 403],
    ['PUT', '/-/quit', 403],
    ['POST', '/-/quit', 403],
    ['OPTIONS', '/federate', 200],
  ])('%s %s is %i', async (method, url, status) => {
    const headers = { authorization: basic('alice:secret') };
    const response = await fixture.server.app.inject({ method: method as 'GET', url, headers });
    expect(response.statusCode).toBe(status);
  });

  it('the request knows its user', async () => {
    const users: (string | undefined)[] = [];
    fixture.server.app.addHook('preHandler', async (request) => void users.push(request.user));
    await fixture.server.app.inject({ url: '/-/healthy', headers: { authorization: basic('alice:secret') } });
    expect(users).toEqual(['alice']);
  });

  it.each([
    ['PG_LOGIN_LIMITED', 429, 'rate_limited', '7'],
    ['PG_OVERLOADED', 503, 'overloaded', '7'],
    ['PG_INTERNAL', 500, undefined, undefined],
  ] as const)('%s lets nobody in', async (code, status, reason, retryAfter) => {
    setUp(async () => {
      throw new GatewayError(code, 'secret', { details: { retryAfterSeconds: 7 } });
    });
    const response = await fixture.server.app.inject({
      url: '/federate',
      headers: { authorization: basic('alice:secret') },
    });
    expect(response.statusCode).toBe(status);
    if (retryAfter !== undefined) expect(response.headers['retry-after']).toBe(retryAfter);
    expect(fixture.recorded.refused).toEqual(reason === undefined ? [] : [reason]);
    expect(asked).toBe(0);
  });

  it('what login fails with in any other way lets nobody in', async () => {
    setUp(() => Promise.reject(new Error('bug with secret')));
    const headers = { authorization: basic('alice:secret') };
    const response = await fixture.server.app.inject({ url: '/federate', headers });
    expect([response.statusCode, asked]).toEqual([500, 0]);
    expect(response.body).not.toContain('secret');
  });
});

it('no users let everyone in, and nobody is a user', async () => {
  setUp(isAlice, () => openWebConfig);
  const users: (string | undefined)[] = [];
  fixture.server.app.addHook('preHandler', async (request) => void users.push(request.user));
  const headers = { authorization: basic('mallory:x') };
  expect((await fixture.server.app.inject({ url: '/-/healthy', headers })).statusCode).toBe(200);
  expect(users).toEqual([undefined]);
});

it('users count from the next request of a connection', async () => {
  let current = openWebConfig;
  setUp(isAlice, () => current);
  const url = await fixture.server.listen({ host: '127.0.0.1', port: 0 });
  const client = exchange(url, get('/-/healthy'));
  await client.received('is Healthy');
  current = withUsers;
  client.socket.write(get('/-/healthy'));
  await client.received('401 Unauthorized');
  client.socket.destroy();
});
