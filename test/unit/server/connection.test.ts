import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/model/errors.ts';
import { answerOf, createFixture, exchange, get, type FakeFederate, type ServerFixture } from './server-fixture.ts';

const local = { host: '127.0.0.1', port: 0 };
const started: ServerFixture[] = [];

async function start(...args: Parameters<typeof createFixture>): Promise<ServerFixture & { url: string }> {
  const fixture = createFixture(...args);
  started.push(fixture);
  return { ...fixture, url: await fixture.server.listen(local) };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ server }) => server.close(0)));
});

/** Waits for its signal, then fails as the pipeline does. */
const hang: FakeFederate = (_request, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

const line = 'some_metric_total{instance="host:9100",job="node"} 12345.5 1700000000000\n';
const block = line.repeat(1000);

async function* endless(): AsyncGenerator<string> {
  for (;;) yield block;
}

async function* brokenAfter(chunks: number): AsyncGenerator<string> {
  for (let i = 0; i < chunks; i++) yield block;
  throw new GatewayError('PG_SHARD_UNAVAILABLE', 'lost');
}

describe('compression', () => {
  it.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
    ['zstd', zstdDecompressSync],
    ['identity', (bytes: Uint8Array) => bytes],
  ] as const)('%s carries every byte', async (encoding, decompress) => {
    const chunks = Array.from({ length: 200 }, (_, i) => `metric_${i} ${i}\n`.repeat(500));
    const { url } = await start(async () => answerOf(chunks));
    // `connection: close` and HTTP/1.0 give the body without chunked framing.
    const { closed, text } = exchange(url, get('/federate', { 'Accept-Encoding': encoding }, '1.0'));
    expect(await closed).toBe('end');
    const [head, ...rest] = text().split('\r\n\r\n');
    expect(/content-encoding: (\w+)/i.exec(head!)?.[1] ?? 'identity').toBe(encoding);
    const body = decompress(Buffer.from(rest.join('\r\n\r\n'), 'latin1'));
    expect(Buffer.from(body).toString()).toBe(chunks.join(''));
  });
});

describe('an error after the first byte', () => {
  it.each(
    ['identity', 'gzip', 'deflate', 'zstd'].flatMap((encoding) =>
      ['1.1', '1.0'].map((version) => ({ encoding, version })),
    ),
  )('breaks the connection ($encoding, HTTP/$version)', async ({ encoding, version }) => {
    const { url, recorded } = await start(async () => answerOf(brokenAfter(30)));
    const { closed, text } = exchange(url, get('/federate', { 'Accept-Encoding': encoding }, version));
    expect(await closed).toBe('reset');
    expect(text()).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(recorded.results).toEqual(['failed']);
    expect(recorded.logs.at(-1)).toEqual({
      level: 'error',
      message: 'broke off a /federate answer after its first byte',
    });
  });

  it('is an error for fetch, with and without compression', async () => {
    const { url } = await start(async () => answerOf(brokenAfter(5)));
    for (const encoding of ['identity', 'gzip']) {
      const read = async () => {
        const response = await fetch(`${url}/federate`, { headers: { 'accept-encoding': encoding } });
        return response.text();
      };
      await expect(read()).rejects.toThrow();
    }
  });
});

describe('a client that goes away', () => {
  it('aborts the request while it waits for its first byte', async () => {
    const aborted = Promise.withResolvers<void>();
    const { url, recorded } = await start((request, signal) => {
      signal.addEventListener('abort', () => aborted.resolve());
      return hang(request, signal);
    });
    const { socket } = exchange(url, get('/federate'));
    await expect.poll(() => recorded.inFlight).toBe(1);
    socket.destroy();
    await aborted.promise;
    await expect.poll(() => recorded.requests).toMatchObject([{ handler: '/federate', code: 499 }]);
    expect(recorded.results).toEqual([]);
    await expect.poll(() => recorded.inFlight).toBe(0);
  });

  it.each(['identity', 'gzip'])('ends the body in the middle, %s', async (encoding) => {
    const returned = Promise.withResolvers<void>();
    const { url } = await start(async () =>
      answerOf(
        (async function* () {
          try {
            yield* endless();
          } finally {
            returned.resolve();
          }
        })(),
      ),
    );
    const client = exchange(url, get('/federate', { 'Accept-Encoding': encoding }));
    await client.received('HTTP/1.1 200');
    client.socket.destroy();
    await returned.promise;
  });

  it('ends a body whose next chunk never comes', async () => {
    const { url, recorded } = await start(async (_request, signal) =>
      answerOf(
        (async function* () {
          yield block;
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          );
        })(),
      ),
    );
    const client = exchange(url, get('/federate'));
    await client.received('some_metric_total');
    client.socket.destroy();
    await expect.poll(() => recorded.inFlight).toBe(0);
    expect(recorded.results).toEqual([]);
  });
});

describe('a client that reads slowly', () => {
  it.each(['identity', 'gzip'])('holds the body back, %s', async (encoding) => {
    let given = 0;
    const { url } = await start(async () =>
      answerOf(
        (async function* () {
          for (let i = 0; ; i++) {
            given++;
            // Random digits, so that the compressor cannot make the client's share vanish.
            yield Array.from({ length: 2000 }, () => Math.random().toString()).join('\n');
          }
        })(),
      ),
    );
    const { socket } = exchange(url, get('/federate', { 'Accept-Encoding': encoding }));
    await expect.poll(() => given).toBeGreaterThan(0);
    socket.pause();
    let before = -1;
    // Kernel buffers take some; then it must stand still.
    while (before !== given) {
      before = given;
      await sleep(300);
    }
    const stalledAt = given;
    socket.resume();
    await expect.poll(() => given).toBeGreaterThan(stalledAt + 10);
    socket.destroy();
  });

  it.each(['identity', 'gzip'])('is cut off when it takes nothing, %s', async (encoding) => {
    const random = Array.from({ length: 20_000 }, () => Math.random().toString()).join('\n');
    const { url, recorded } = await start(
      async () =>
        answerOf(
          (async function* () {
            for (;;) yield random;
          })(),
        ),
      { clientStallTimeoutMs: 300 },
    );
    const { socket } = exchange(url, get('/federate', { 'Accept-Encoding': encoding }));
    socket.pause();
    await expect.poll(() => recorded.cut, { timeout: 10_000 }).toBe(1);
    // The compressor between the body and the socket ends a little later than the socket.
    await expect.poll(() => recorded.inFlight).toBe(0);
    expect(recorded.results).toEqual([]);
  });

  it('is not cut off while the gateway itself waits', async () => {
    const { url, recorded } = await start(
      async () =>
        answerOf(
          (async function* () {
            yield 'a 1\n';
            await sleep(500);
            yield 'b 2\n';
          })(),
        ),
      { clientStallTimeoutMs: 100 },
    );
    const { closed, text } = exchange(url, get('/federate', {}, '1.0'));
    expect(await closed).toBe('end');
    expect(text()).toMatch(/a 1\nb 2\n$/);
    expect(recorded.cut).toBe(0);
  });
});

describe('bad HTTP', () => {
  it('passes 10,000 match[] within 1 MiB', async () => {
    const { url } = await start(async (request) => answerOf([`matches ${request.match.length}\n`]));
    const query = Array.from({ length: 10_000 }, (_, i) => `match[]=%7Bjob%3D%22application-number-${i}%22%7D`).join(
      '&',
    );
    const { closed, text } = exchange(url, get(`/federate?${query}`, { Connection: 'close' }));
    await closed;
    expect(text()).toContain('matches 10000\n');
  });

  it('refuses more than 1 MiB with one line of its own', async () => {
    const { url } = await start(hang);
    const { closed, text } = exchange(url, get(`/federate?match[]=${'x'.repeat(1_200_000)}`));
    expect(await closed).toBe('end');
    expect(text()).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(text()).toMatch(/\r\n\r\nrequest line and headers exceed 1114112 bytes: use fewer or shorter match\[\]\n$/);
  });

  it('refuses what is no HTTP', async () => {
    const { url } = await start(hang);
    const { closed, text } = exchange(url, 'nonsense\r\n\r\n');
    await closed;
    expect(text()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n(.+\r\n)+\r\nbad HTTP request\n$/);
  });
});

/** Resolves when nobody can connect any more and idle connections are closed. */
async function stopped({ app }: ServerFixture['server']): Promise<void> {
  await expect.poll(() => app.server.listening).toBe(false);
}

describe('close', () => {
  it('lets a request under way finish, refuses new connections and ends idle ones', async () => {
    const gate = Promise.withResolvers<void>();
    const { server, url, recorded } = await start(async () =>
      answerOf(
        (async function* () {
          yield 'a 1\n';
          await gate.promise;
          yield 'b 2\n';
        })(),
      ),
    );
    const idle = exchange(url, get('/-/healthy'));
    await idle.received('Healthy');
    const busy = exchange(url, get('/federate'));
    await busy.received('a 1\n');
    const closed = server.close(10_000);
    await idle.closed;
    const late = exchange(url, get('/-/healthy'));
    expect(await late.closed).toBe('reset');
    gate.resolve();
    const startedMs = performance.now();
    await closed;
    await busy.closed;
    expect(performance.now() - startedMs).toBeLessThan(3000);
    expect(busy.text()).toMatch(/b 2\n\r\n0\r\n\r\n$/);
    expect(recorded.results).toEqual(['complete']);
  });

  it('breaks off what is not done after the grace period', async () => {
    const { server, url, recorded } = await start(hang);
    const { closed } = exchange(url, get('/federate'));
    await expect.poll(() => recorded.inFlight).toBe(1);
    await server.close(100);
    await closed;
    await expect.poll(() => recorded.inFlight).toBe(0);
  });

  const refusal = /503 [^]*x-promgate-error: PG_SHUTTING_DOWN[^]*\r\n\r\npromgate is shutting down\n$/;

  it.each<[string, RegExp, boolean]>([
    ['/federate', refusal, true],
    ['/api/v1/query?query=up', refusal, true],
    ['/api/v1/query_range?query=up&start=0&end=1&step=1', refusal, true],
    ['/api/v1/series?match[]=up', refusal, true],
    ['/api/v1/label/job/values', refusal, true],
    ['/api/v1/read', refusal, true],
    ['/api/v1/status/buildinfo', refusal, true],
    ['/api/v1/gateway/dedup?match[]=up', refusal, true],
    ['/api/v1/format_query?query=up', refusal, true],
    ['/-/reload', refusal, true],
    ['/', refusal, true],
    ['/nowhere', refusal, true],
    ['/-/ready', /503 [^]*\r\n\r\npromgate is not ready: shutting down\n$/, true],
    ['/-/healthy', /200 OK[^]*\r\n\r\npromgate is Healthy.\n$/, false],
    ['/metrics', /200 OK[^]*\r\n\r\npromgate_build_info 1\n$/, false],
  ])('answers %s on an open connection while it shuts down, and closes it', async (path, pattern, saysStopping) => {
    const gate = Promise.withResolvers<void>();
    const { server, url, recorded } = await start(async () =>
      answerOf(
        (async function* () {
          yield 'a 1\n';
          await gate.promise;
        })(),
      ),
    );
    const client = exchange(url, get('/federate'));
    await client.received('a 1\n');
    const closed = server.close(10_000);
    client.socket.write(get(path));
    await stopped(server);
    await expect.poll(() => recorded.inFlight).toBe(2);
    gate.resolve();
    await closed;
    await client.closed;
    const [first, second] = client.text().split('\r\n0\r\n\r\n');
    expect(first).toMatch(/a 1\n$/);
    expect(second).toMatch(pattern);
    expect(second).toMatch(/\r\nconnection: close\r\n/i);
    expect(/x-prometheus-stopping: true/i.test(second!)).toBe(saysStopping);
  });

  it('says so in an answer whose head has not left yet', async () => {
    const gate = Promise.withResolvers<void>();
    const { server, url, recorded } = await start(async () => {
      await gate.promise;
      return answerOf(['a 1\n']);
    });
    const client = exchange(url, get('/federate'));
    await expect.poll(() => recorded.inFlight).toBe(1);
    const closed = server.close(10_000);
    gate.resolve();
    await closed;
    expect(await client.closed).toBe('end');
    expect(client.text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(client.text()).toMatch(/\r\nconnection: close\r\n/i);
  });

  it('answers all requests that had come on one connection before', async () => {
    const gate = Promise.withResolvers<void>();
    const { server, url, recorded } = await start(async () => {
      await gate.promise;
      return answerOf(['a 1\n']);
    });
    const client = exchange(url, get('/federate') + get('/federate'));
    await expect.poll(() => recorded.inFlight).toBe(2);
    const closed = server.close(10_000);
    await stopped(server);
    gate.resolve();
    await closed;
    expect(await client.closed).toBe('end');
    expect(client.text().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });
});

describe('listen', () => {
  it('says why it cannot bind', async () => {
    const { url } = await start(hang);
    const { server } = createFixture(hang);
    const port = Number(new URL(url).port);
    await expect(server.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'PG_USAGE',
      message: `cannot listen on 127.0.0.1:${port}: EADDRINUSE`,
    });
  });
});
