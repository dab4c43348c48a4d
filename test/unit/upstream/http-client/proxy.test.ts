import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startHttpProxy } from '../../../servers/fault/http-proxy.ts';
import { createAuthority } from '../../../servers/tls/certificates.ts';
import { text } from '../read-fixture.ts';
import { createClientFixture, failureOf, headerOf, readOnce } from './client-fixture.ts';

const { replica, pools, keep } = createClientFixture();

async function secureReplica(): Promise<{ url: string; ca: string }> {
  const authority = await createAuthority('proxied');
  const server: Server = createServer(await authority.issue({ name: 'replica' }), (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await keep(
    Promise.resolve({
      async close() {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        await closed;
      },
    }),
  );
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: authority.cert };
}

describe('through a proxy', () => {
  it('plain HTTP is asked for by its whole address', async () => {
    const proxy = await keep(startHttpProxy());
    const { url, heads } = await replica();
    const config = {
      basicAuth: { username: 'u', password: 'p' },
      proxyUrl: `http://${proxy.address}`,
      proxyConnectHeader: { 'X-Proxy': ['for CONNECT'] },
    };
    const from = pools();
    expect(await readOnce(from, url, config)).toBe(text);
    expect(await readOnce(from, url, config)).toBe(text);
    expect(proxy.asked[0]!.line).toBe(`GET ${url}/federate?match%5B%5D=up`);
    expect(proxy.asked[0]!.headers['x-proxy']).toBeUndefined();
    expect(headerOf(heads[0], 'host')).toEqual([new URL(url).host]);
    expect(headerOf(heads[0], 'authorization')).toHaveLength(1);
  });

  it('TLS goes through a tunnel, whose headers the replica does not see, nor the proxy those of the read', async () => {
    const proxy = await keep(startHttpProxy('us er:hunt@r'));
    const { url, ca } = await secureReplica();
    const config = {
      basicAuth: { username: 'u', password: 'p' },
      tlsConfig: { ca, insecureSkipVerify: false },
      proxyUrl: `http://us%20er:hunt%40r@${proxy.address}`,
      proxyConnectHeader: { 'X-Proxy': ['a', 'b'] },
    };
    const from = pools();
    expect(await readOnce(from, url, config)).toBe(text);
    await sleep(5);
    expect(await readOnce(from, url, config)).toBe(text);
    expect(proxy.asked.map(({ line }) => line)).toEqual([`CONNECT ${new URL(url).host}`]);
    expect(proxy.asked[0]!.headers['x-proxy']).toBe('a, b');
    expect(proxy.asked[0]!.headers['authorization']).toBeUndefined();
  });

  it('the certificate of the replica is checked all the same', async () => {
    const proxy = await keep(startHttpProxy());
    const { url } = await secureReplica();
    const failure = await failureOf(readOnce(pools(), url, { proxyUrl: `http://${proxy.address}` }));
    expect(failure.code, failure.message).toBe('PG_UPSTREAM_TLS');
  });

  it('from the environment, but not to a loopback address', async () => {
    const proxy = await keep(startHttpProxy());
    const { url } = await replica();
    process.env['HTTP_PROXY'] = `http://${proxy.address}`;
    try {
      expect(await readOnce(pools(), url, { proxyFromEnvironment: true })).toBe(text);
      expect(proxy.asked).toEqual([]);
      const failing = readOnce(pools(), 'http://prom.invalid:9090', { proxyFromEnvironment: true });
      expect(await failureOf(failing)).toMatchObject({ code: 'PG_UPSTREAM_STATUS' });
      expect(proxy.asked[0]!.line).toMatch(/^GET http:\/\/prom\.invalid:9090\//);
    } finally {
      delete process.env['HTTP_PROXY'];
    }
  });
});

describe('a proxy that', () => {
  const advice = /^replica prom-a:9090: no connection through proxy http:\/\/127\.0\.0\.1:\d+: /;

  it.each(['plain', 'tunnel'])('denies us (%s)', async (way) => {
    const proxy = await keep(startHttpProxy('u:right'));
    const { url } = way === 'plain' ? await replica() : await secureReplica();
    const read = readOnce(pools(), url, { proxyUrl: `http://u:hunter2@${proxy.address}` });
    const failure = await failureOf(read, ['hunter2']);
    expect(failure.code, failure.message).toBe('PG_UPSTREAM_PROXY');
    expect(failure.message).toMatch(advice);
    expect(failure.message).toContain('407');
  });

  it.each(['plain', 'tunnel'])('is down (%s)', async (way) => {
    const proxy = await startHttpProxy();
    await proxy.close();
    const { url } = way === 'plain' ? await replica() : await secureReplica();
    const failure = await failureOf(readOnce(pools(), url, { proxyUrl: `http://${proxy.address}` }));
    expect(failure.code, failure.message).toBe('PG_UPSTREAM_PROXY');
    expect(failure.message).toMatch(advice);
  });
});
