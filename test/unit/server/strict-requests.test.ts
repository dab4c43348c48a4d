import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWebConfig } from '../../../src/config/web/web-config.ts';
import type { ServerOptions } from '../../../src/server/server-deps.ts';
import { answerOf, createFixture, exchange, type ServerFixture } from './server-fixture.ts';

let fixture: ServerFixture;
let url: string;
let served: number;

async function start(options: Partial<ServerOptions> = {}, headers: Record<string, string> = {}): Promise<void> {
  served = 0;
  const federate = async () => {
    served++;
    return answerOf(['a 1\n']);
  };
  const auth = { webConfig: () => ({ ...openWebConfig, headers }), login: async () => false };
  fixture = createFixture(federate, options, { auth });
  url = await fixture.server.listen({ host: '127.0.0.1', port: 0 });
}
beforeEach(() => start());
afterEach(() => fixture.server.close(0));

/** The whole of what comes back, up to the end of the connection. */
async function send(request: string): Promise<string> {
  const { closed, text } = exchange(url, request);
  await closed;
  return text();
}

const close = 'Connection: close\r\n\r\n';
const head = `Host: a\r\n${close}`;
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1]);

describe('targets', () => {
  it.each([
    ['http://other:1/federate', 200],
    ['/%66ederate', 200],
    ['/federate#x', 400],
    ['*', 400],
    ['federate', 400],
    ['ftp://other/federate', 400],
    ['/%zz', 400],
    ['//federate', 404],
    ['/./federate', 404],
    ['/../federate', 404],
    ['/x/../federate', 404],
    ['/%2e%2e/federate', 404],
    ['/..%2ffederate', 404],
    ['/%2ffederate', 404],
    ['/federate%00', 404],
    ['/federate;x=1', 404],
    ['/federate/', 404],
    ['/FEDERATE', 404],
    ['http:///', 200],
    ['/\\federate', 404],
    ['/api/v1/label/a/../../federate/values', 404],
  ])('%s is %i', async (target, status) => {
    const answer = await send(`GET ${target} HTTP/1.1\r\n${head}`);
    expect(statusOf(answer)).toBe(status);
    expect(served).toBe(status === 200 && target !== 'http:///' ? 1 : 0);
  });
});

describe('hosts', () => {
  it.each([
    ['GET /federate HTTP/1.1\r\nHost: \r\n', 200],
    ['GET /federate HTTP/1.1\r\nHost: [::1]:9490\r\n', 200],
    ['GET /federate HTTP/1.0\r\n', 200],
    ['GET /federate HTTP/1.1\r\n', 400],
    ['GET /federate HTTP/1.1\r\nHost: a\r\nHost: b\r\n', 400],
    ['GET /federate HTTP/1.1\r\nHost: a b\r\n', 400],
    ['GET /federate HTTP/1.1\r\nHost: a/b\r\n', 400],
    ['GET /federate HTTP/1.1\r\nHost: a@b\r\n', 400],
    ['GET /federate HTTP/1.1\r\nHost: "a"\r\n', 400],
  ])('%j is %i', async (request, status) => {
    const answer = await send(`${request}${close}`);
    expect(statusOf(answer)).toBe(status);
    expect(fixture.recorded.refused).toEqual(status === 200 ? [] : ['host']);
  });
});

describe('sizes', () => {
  it.each([
    ['a request line', `GET /federate?x=${'x'.repeat(1_048_576)} HTTP/1.1\r\n${head}`, 414, 'request_line'],
    ['header bytes', `GET /federate HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n${head}`, 431, 'headers'],
    ['header fields', `GET /federate HTTP/1.1\r\n${'a:\r\n'.repeat(100_000)}${head}`, 431, 'headers'],
    ['small header fields', `GET /federate HTTP/1.1\r\n${'a:\r\n'.repeat(1000)}${head}`, 431, 'headers'],
    [
      'few larger header fields',
      `GET /federate HTTP/1.1\r\n${`a:${'x'.repeat(998)}\r\n`.repeat(66)}${head}`,
      431,
      'headers',
    ],
    ['everything', `GET /${'x'.repeat(2_000_000)} HTTP/1.1\r\n${head}`, 431, 'headers'],
  ])('too many: %s', async (_, request, status, reason) => {
    const answer = await send(request);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(reason === 'headers' ? /exceed \d+ bytes|more than 999/ : /exceeds \d+ bytes/);
    expect(fixture.recorded.refused).toEqual([reason]);
    expect(served).toBe(0);
  });

  it('says how many header fields are too many', async () => {
    const answer = await send(`GET /federate HTTP/1.1\r\n${'a:\r\n'.repeat(1000)}${head}`);
    expect(answer).toMatch(/\r\n\r\nthe request has more than 999 header fields\n$/);
  });

  it.each([
    ['a request line', `GET /federate?x=${'x'.repeat(1_000_000)} HTTP/1.1\r\n${head}`],
    ['header bytes', `GET /federate HTTP/1.1\r\nX: ${'x'.repeat(60_000)}\r\n${head}`],
    ['header fields', `GET /federate HTTP/1.1\r\n${'a:\r\n'.repeat(900)}${head}`],
  ])('allowed: %s', async (_, request) => {
    expect(statusOf(await send(request))).toBe(200);
  });

  it('are as configured', async () => {
    await fixture.server.close(0);
    await start({ maxRequestLineBytes: 2000, maxHeaderBytes: 200_000 });
    expect(statusOf(await send(`GET /federate?x=${'x'.repeat(2000)} HTTP/1.1\r\n${head}`))).toBe(414);
    expect(statusOf(await send(`GET /federate HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n${head}`))).toBe(200);
  });
});

describe('a slow sender', () => {
  beforeEach(async () => {
    await fixture.server.close(0);
    await start({ headersTimeoutMs: 300, requestTimeoutMs: 600 });
  });

  it.each([
    ['nothing', '', ''],
    ['half a request line', 'GET /fed', 'x'],
    ['half a head', 'GET /federate HTTP/1.1\r\nHost: a\r\nX: ', 'x'],
    [
      'half a body',
      'POST /api/v1/query HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        'Content-Length: 100\r\n\r\nquery=',
      'x',
    ],
  ])('of %s is cut off', async (_, request, more) => {
    const client = exchange(url, request);
    const drip = setInterval(() => client.socket.write(more), 50);
    const startedMs = performance.now();
    await client.closed;
    clearInterval(drip);
    expect(performance.now() - startedMs).toBeLessThan(3000);
    expect(client.text()).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(served).toBe(0);
  });

  it('of a head is told so', async () => {
    const answer = await send('GET /federate HTTP/1.1\r\nHost: a\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*the request took too long to arrive\n$/);
    expect(fixture.recorded.refused).toEqual(['timeout']);
  });
});

describe('what is no HTTP', () => {
  it.each([
    'GARBAGE\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /federate HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n',
    'GET /federate HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n',
    'GET /federate HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n',
    'POST /api/v1/query HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/v1/query HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
    'POST /api/v1/query HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  ])('%j is 400', async (request) => {
    expect(statusOf(await send(request))).toBe(400);
    expect(served).toBe(0);
  });

  it('after a request is 400 or breaks its answer off, and never stands inside it', async () => {
    const answer = await send(`GET /federate HTTP/1.1\r\nHost: a\r\n\r\n\u0000\u0001GARBAGE\r\n\r\n`);
    expect(answer).not.toMatch(/a 1\n[^]*HTTP\/1\.1 400[^]*a 1\n/);
    const [first] = answer.split('HTTP/1.1 400');
    if (first!.includes('a 1\n')) expect(first).toMatch(/\r\n0\r\n\r\n$/);
    expect(fixture.recorded.refused).toEqual(['syntax']);
  });

  it('breaks an answer off that has begun', async () => {
    await fixture.server.close(0);
    const endless = async function* () {
      yield 'a 1\n';
      await new Promise(() => {});
    };
    fixture = createFixture(async () => answerOf(endless()));
    url = await fixture.server.listen({ host: '127.0.0.1', port: 0 });
    const client = exchange(url, 'GET /federate HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.received('a 1\n');
    client.socket.write('GARBAGE\r\n\r\n');
    await client.closed;
    expect(client.text()).not.toContain('400');
    expect(client.text()).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  it('does not end what others are served', async () => {
    await send('GARBAGE\r\n\r\n');
    expect(statusOf(await send(`GET /federate HTTP/1.1\r\n${head}`))).toBe(200);
  });
});

describe('connections', () => {
  it('over the limit are closed and counted', async () => {
    await fixture.server.close(0);
    await start({ maxConnections: 1 });
    const { port } = new URL(url);
    const first = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    await send('GET / HTTP/1.1\r\n\r\n');
    await expect.poll(() => fixture.recorded.refused).toEqual(['connections']);
    first.destroy();
  });
});

describe('security headers', () => {
  const names = ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'content-security-policy'];

  it.each([
    ['a stream', `GET /federate HTTP/1.1\r\n${head}`],
    ['JSON', `GET /api/v1/format_query?query=up HTTP/1.1\r\n${head}`],
    ['text', `GET / HTTP/1.1\r\n${head}`],
    ['404', `GET /nope HTTP/1.1\r\n${head}`],
    ['405', `DELETE / HTTP/1.1\r\n${head}`],
    ['OPTIONS', `OPTIONS /api/v1/query HTTP/1.1\r\n${head}`],
    ['a bad path', `GET /%zz HTTP/1.1\r\n${head}`],
    ['a bad host', `GET / HTTP/1.1\r\nHost: a b\r\n${close}`],
    ['garbage', 'GARBAGE\r\n\r\n'],
  ])('are on %s', async (_, request) => {
    const answer = await send(request);
    for (const name of names) expect(answer.toLowerCase(), name).toContain(`\r\n${name}: `);
  });

  it('are as configured', async () => {
    await fixture.server.close(0);
    await start(
      {},
      { 'X-Frame-Options': 'sameorigin', 'Content-Security-Policy': '', 'Strict-Transport-Security': 'max-age=1' },
    );
    const answer = (await send(`GET /federate HTTP/1.1\r\n${head}`)).toLowerCase();
    expect(answer).toContain('\r\nx-frame-options: sameorigin\r\n');
    expect(answer).toContain('\r\nstrict-transport-security: max-age=1\r\n');
    expect(answer).not.toContain('content-security-policy');
  });
});
