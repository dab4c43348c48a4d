import { describe, expect, it } from 'vitest';
import type { HttpClientConfig, OAuth2Config } from '../../../../src/config/http-client-config.ts';
import { startHttpProxy } from '../../../servers/fault/http-proxy.ts';
import { startTokenServer, type TokenServer } from '../../../servers/tls/token-server.ts';
import { text } from '../read-fixture.ts';
import { createClientFixture, failureOf, headerOf, readOnce } from './client-fixture.ts';

const { replica, file, pools, keep } = createClientFixture();
const secret = 'hunter2&=';

const client = ({ url }: Pick<TokenServer, 'url'>, more: Partial<OAuth2Config> = {}): HttpClientConfig => ({
  oauth2: {
    clientId: 'gate way',
    ...(more.clientSecretFile === undefined && { clientSecret: secret }),
    tokenUrl: url,
    scopes: [],
    endpointParams: {},
    ...more,
  },
});
const tokensOf = (heads: readonly string[]): string[] => heads.map((head) => headerOf(head, 'authorization').join());
const grant = (token: string, expiresIn?: number) => ({
  body: { access_token: token, token_type: 'bearer', ...(expiresIn !== undefined && { expires_in: expiresIn }) },
});

describe('a token', () => {
  it('is asked for with the secret, scopes and parameters', async () => {
    const server = await keep(startTokenServer());
    const { url, heads } = await replica();
    const config = client(server, { scopes: ['a', 'b'], endpointParams: { audience: 'x' } });
    expect(await readOnce(pools(), url, config)).toBe(text);
    const { authorization, form } = server.requests[0]!;
    expect(form).toEqual({ grant_type: 'client_credentials', scope: 'a b', audience: 'x' });
    expect(Buffer.from(authorization.slice(6), 'base64').toString()).toBe('gate+way:hunter2%26%3D');
    expect(tokensOf(heads)).toEqual(['Bearer token-0']);
  });

  it('is kept until ten seconds before it expires', async () => {
    const server = await keep(startTokenServer());
    server.answer((_, index) => grant(`token-${index}`, 60));
    const { url, heads } = await replica();
    let ahead = 0;
    const from = pools(() => Date.now() + ahead);
    const read = () => readOnce(from, url, client(server), 1e6);
    await read();
    ahead = 49_000;
    await read();
    ahead = 51_000;
    await read();
    expect(tokensOf(heads)).toEqual(['Bearer token-0', 'Bearer token-0', 'Bearer token-1']);
  });

  it('is fetched once for all reads that wait for it', async () => {
    const server = await keep(startTokenServer());
    const { url, heads } = await replica();
    const from = pools();
    await Promise.all(Array.from({ length: 8 }, () => readOnce(from, url, client(server))));
    expect(server.requests).toHaveLength(1);
    expect(new Set(tokensOf(heads))).toEqual(new Set(['Bearer token-0']));
  });

  it('is renewed once when the replica does not accept it', async () => {
    const server = await keep(startTokenServer());
    server.answer((_, index) => grant(`token-${index}`));
    const { url, heads } = await replica((head) => head.includes('token-0'));
    const from = pools();
    expect(await readOnce(from, url, client(server))).toBe(text);
    expect(await readOnce(from, url, client(server))).toBe(text);
    expect(tokensOf(heads)).toEqual(['Bearer token-0', 'Bearer token-1', 'Bearer token-1']);
    expect(server.requests).toHaveLength(2);
  });

  it('is renewed no more than once a read', async () => {
    const server = await keep(startTokenServer());
    const { url, heads } = await replica(() => true);
    const failure = await failureOf(readOnce(pools(), url, client(server)), [secret, 'token-']);
    expect(failure).toMatchObject({ code: 'PG_UPSTREAM_AUTH' });
    expect(failure.message).toContain('check oauth2');
    expect([heads.length, server.requests.length]).toEqual([2, 2]);
  });

  it('is fetched anew when the file of the secret changes', async () => {
    const server = await keep(startTokenServer());
    const { url, heads } = await replica();
    const from = pools();
    const config = client(server, { clientSecretFile: await file('secret', 'one') });
    await readOnce(from, url, config);
    await file('secret', 'two');
    await readOnce(from, url, config);
    expect(tokensOf(heads)).toEqual(['Bearer token-0', 'Bearer token-1']);
    const sent = server.requests.map(({ authorization }) => Buffer.from(authorization.slice(6), 'base64').toString());
    expect(sent).toEqual(['gate+way:one', 'gate+way:two']);
  });

  it('is asked for with the secret in the body where the header is refused, from then on', async () => {
    const server = await keep(startTokenServer());
    server.answer(({ form }, index) =>
      form['client_secret'] === secret
        ? grant(`token-${index}`, 1)
        : { status: 401, body: { error: 'invalid_client' } },
    );
    const { url } = await replica();
    let ahead = 0;
    const from = pools(() => Date.now() + ahead);
    await readOnce(from, url, client(server), 1e6);
    ahead = 2000;
    await readOnce(from, url, client(server), 1e6);
    expect(server.requests.map(({ authorization }) => authorization !== '')).toEqual([true, false, false]);
  });

  it('is fetched through the proxy of oauth2 alone', async () => {
    const server = await keep(startTokenServer());
    const proxy = await keep(startHttpProxy());
    const { url } = await replica();
    await readOnce(pools(), url, client(server, { proxyUrl: `http://${proxy.address}` }));
    expect(proxy.asked.map(({ line }) => line)).toEqual([`POST ${server.url}`]);
  });
});

describe('no token', () => {
  const endpoint = /^replica prom-a:9090: oauth2: token endpoint http:\/\/127\.0\.0\.1:\d+\/token: /;
  it.each([
    [
      { status: 401, body: { error: 'invalid_client', error_description: secret } },
      'status 401, invalid_client: check client_id',
    ],
    [{ status: 400, body: { error: secret } }, 'status 400, refused: check client_id'],
    [{ status: 500, body: secret }, 'status 500: check client_id'],
    [{ body: { access_token: 'x' } }, 'the answer is no token of type Bearer'],
    [{ body: { access_token: 'x', token_type: 'mac' } }, 'the answer is no token of type Bearer'],
    [{ body: [secret] }, 'the answer is no token of type Bearer'],
  ])('%j', async (answer, reason) => {
    const server = await keep(startTokenServer());
    server.answer(() => answer);
    const { url, heads } = await replica();
    const failure = await failureOf(readOnce(pools(), url, client(server)), [secret]);
    expect(failure.code).toBe('PG_UPSTREAM_TOKEN');
    expect(failure.message).toMatch(endpoint);
    expect(failure.message).toContain(reason);
    expect(heads).toEqual([]);
  });

  it('from an endpoint that is down; the next read tries again', async () => {
    const server = await startTokenServer();
    await server.close();
    const { url } = await replica();
    const failure = await failureOf(readOnce(pools(), url, client(server)), [secret]);
    expect(failure.code).toBe('PG_UPSTREAM_TOKEN');
    expect(failure.message).toMatch(endpoint);
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('in time, from an endpoint that hangs', async () => {
    const server = await keep(startTokenServer());
    server.answer(() => new Promise(() => {}));
    const { url } = await replica();
    const begun = performance.now();
    const failure = await failureOf(readOnce(pools(), url, client(server), 200), [secret]);
    expect(failure).toMatchObject({ code: 'PG_UPSTREAM_TOKEN' });
    expect(failure.message).toContain('in time');
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('now, and one later', async () => {
    const server = await keep(startTokenServer());
    server.answer((_, index) => (index === 0 ? { status: 503, body: {} } : grant('late')));
    const { url, heads } = await replica();
    const from = pools();
    await failureOf(readOnce(from, url, client(server)));
    await readOnce(from, url, client(server));
    expect(tokensOf(heads)).toEqual(['Bearer late']);
  });
});
