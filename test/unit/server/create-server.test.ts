import { afterEach, describe, expect, it } from 'vitest';
import type { FederateRequest } from '../../../src/federate/service.ts';
import type { GatewayServer } from '../../../src/server/create-server.ts';
import { GatewayError, type ErrorCode } from '../../../src/model/errors.ts';
import type { Serving } from '../../../src/server/server-deps.ts';
import { answerOf, createFixture, fixtureServing } from './server-fixture.ts';

const running: GatewayServer[] = [];

/** Streams are asked for over a real connection: an injected one has no socket to close. */
async function fetchFederate(server: GatewayServer, query: string, headers: Record<string, string> = {}) {
  running.push(server);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`${url}/federate${query}`, { headers: { 'accept-encoding': 'identity', ...headers } });
  return { response, body: await response.text() };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)));
});

const empty = async () => answerOf([]);

describe('/federate', () => {
  it('streams the answer with the negotiated content type', async () => {
    const seen: FederateRequest[] = [];
    const { server, recorded } = createFixture(async (request) => {
      seen.push(request);
      return answerOf(['a 1\n', 'b 2\n']);
    });
    const { response, body } = await fetchFederate(server, '?match[]=up&match[]=%7Bjob%3D%22a%22%7D', {
      accept: 'text/plain;version=0.0.4;escaping=dots',
      'x-prometheus-scrape-timeout-seconds': '5',
    });
    expect(response.status).toBe(200);
    expect(body).toBe('a 1\nb 2\n');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=dots');
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
    expect(response.headers.has('x-promgate-partial')).toBe(false);
    expect(seen).toEqual([
      { match: ['up', '{job="a"}'], partialResponse: 'warn', dedup: true, escaping: 'dots', timeoutMs: 5000 },
    ]);
    await expect.poll(() => recorded.results).toEqual(['complete']);
  });

  it('answers 200 with an empty body to an empty answer', async () => {
    const { response, body } = await fetchFederate(createFixture(empty).server, '');
    expect([response.status, body]).toEqual([200, '']);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
  });

  it('marks a partial answer', async () => {
    const { server, recorded } = createFixture(async () => answerOf(['a 1\n'], true));
    const { response } = await fetchFederate(server, '');
    expect(response.headers.get('x-promgate-partial')).toBe('true');
    await expect.poll(() => recorded.results).toEqual(['partial']);
  });

  it.each<[ErrorCode, string, number, string]>([
    ['PG_SELECTOR_INVALID', '1:1: parse error: unexpected <op:->', 400, '1:1: parse error: unexpected <op:->\n'],
    ['PG_SHARD_UNAVAILABLE', 'shard "a":\nno replica', 503, 'shard "a": no replica\n'],
    ['PG_UPSTREAM_TIMEOUT', 'late', 504, 'late\n'],
    ['PG_LIMIT_SERIES', 'too many', 422, 'too many\n'],
    ['PG_INTERNAL', 'secret detail', 500, 'internal error; the log of promgate has the details\n'],
  ])('answers %s before the first byte with its status', async (code, message, status, body) => {
    const { server } = createFixture(async () => {
      throw new GatewayError(code, message);
    });
    const response = await server.app.inject('/federate');
    expect(response.statusCode).toBe(status);
    expect(response.body).toBe(body);
    expect(response.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-promgate-error': code,
    });
  });

  it('answers a body that fails on its first chunk with a status too', async () => {
    const { server, recorded } = createFixture(async () =>
      answerOf(
        (async function* () {
          if (recorded.inFlight > 0) throw new GatewayError('PG_SHARD_UNAVAILABLE', 'gone');
          yield '';
        })(),
      ),
    );
    const response = await server.app.inject('/federate');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(recorded.results).toEqual(['failed']);
    expect(recorded.logs).toEqual([{ level: 'error', message: 'failed to answer /federate' }]);
  });

  it.each([
    ['%zz', 'error parsing form values: invalid URL escape "%zz"\n'],
    ['a=1;b=2', 'error parsing form values: invalid semicolon separator in query\n'],
    ['dedup=perhaps', 'bad value "perhaps" of parameter dedup: want true or false\n'],
  ])('refuses the query %s', async (query, body) => {
    const { server, recorded } = createFixture(empty);
    const response = await server.app.inject(`/federate?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.body).toBe(body);
    expect(recorded.results).toEqual([]);
  });

  it('counts an answer that would be over a limit as failed', async () => {
    const { server, recorded } = createFixture(async () => {
      throw new GatewayError('PG_LIMIT_SERIES', 'too many');
    });
    await server.app.inject('/federate');
    expect(recorded.results).toEqual(['failed']);
  });

  it('takes the retry time from the error', async () => {
    const { server } = createFixture(async () => {
      throw new GatewayError('PG_OVERLOADED', 'full', { details: { retryAfterSeconds: 7 } });
    });
    expect((await server.app.inject('/federate')).headers['retry-after']).toBe('7');
  });
});

describe('methods and paths', () => {
  it.each([
    ['POST', '/federate', 'GET, OPTIONS'],
    ['HEAD', '/federate', 'GET, OPTIONS'],
    ['PUT', '/federate?match[]=up', 'GET, OPTIONS'],
    ['PROPFIND', '/federate', 'GET, OPTIONS'],
    ['DELETE', '/metrics', 'GET, OPTIONS'],
    ['POST', '/-/healthy', 'GET, HEAD, OPTIONS'],
    ['GET', '/-/reload', 'OPTIONS, POST, PUT'],
  ])('%s %s is not allowed', async (method, url, allow) => {
    const { server } = createFixture(empty);
    const response = await server.app.inject({
      method: method as 'POST',
      url,
      payload: method === 'HEAD' ? '' : 'x=1',
      headers: { 'content-type': 'application/x-unheard-of' },
    });
    expect(response.statusCode).toBe(405);
    expect(response.headers['allow']).toBe(allow);
    if (method !== 'HEAD') expect(response.body).toBe('Method Not Allowed\n');
  });

  it('answers OPTIONS with the methods', async () => {
    const response = await createFixture(empty).server.app.inject({ method: 'OPTIONS', url: '/federate' });
    expect([response.statusCode, response.headers['allow'], response.body]).toEqual([200, 'GET, OPTIONS', '']);
  });

  it.each(['GET', 'POST', 'PROPFIND'])('%s of an unknown path is 404', async (method) => {
    const { server, recorded } = createFixture(empty);
    const response = await server.app.inject({ method: method as 'GET', url: '/federate/x', payload: 'x' });
    expect([response.statusCode, response.body]).toEqual([404, '404 page not found\n']);
    expect(recorded.requests.map(({ handler, code }) => [handler, code])).toEqual([['other', 404]]);
  });

  it('answers a path that cannot be decoded with a line of its own', async () => {
    const response = await createFixture(empty).server.app.inject('/%zz');
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.body).toMatch(/^[^\n]+\n$/);
  });
});

describe('other endpoints', () => {
  it.each([
    ['/-/healthy', 200, 'promgate is Healthy.\n'],
    ['/-/ready', 200, 'promgate is Ready.\n'],
    ['/metrics', 200, 'promgate_build_info 1\n'],
  ])('%s', async (url, status, body) => {
    const response = await createFixture(empty).server.app.inject(url);
    expect([response.statusCode, response.body]).toEqual([status, body]);
  });

  it('is not ready while something is missing', async () => {
    const { server } = createFixture(empty, {}, { notReady: () => 'the workers start' });
    const response = await server.app.inject('/-/ready');
    expect([response.statusCode, response.body]).toEqual([503, 'promgate is not ready: the workers start\n']);
  });

  it('refuses to reload where it was not enabled', async () => {
    const response = await createFixture(empty).server.app.inject({ method: 'POST', url: '/-/reload', payload: 'x' });
    expect([response.statusCode, response.body]).toEqual([
      403,
      'lifecycle API is not enabled: start promgate with --web.enable-lifecycle\n',
    ]);
  });

  it.each(['POST', 'PUT'] as const)(
    '%s /-/reload answers when the reload has ended, with the reason if it failed',
    async (method) => {
      const outcomes = [
        async () => {},
        async () => {
          throw new GatewayError('PG_CONFIG_INVALID', 'promgate.yml:1:1: no');
        },
      ];
      const { server } = createFixture(empty, {}, { lifecycle: { reload: () => outcomes.shift()!(), quit: () => {} } });
      const done = await server.app.inject({ method, url: '/-/reload' });
      expect([done.statusCode, done.body]).toEqual([200, '']);
      const failed = await server.app.inject({ method, url: '/-/reload' });
      expect([failed.statusCode, failed.body]).toEqual([500, 'promgate.yml:1:1: no\n']);
    },
  );

  it('ends the process when a client may ask for it', async () => {
    let quits = 0;
    const lifecycle = { reload: async () => {}, quit: () => void (quits += 1) };
    const { server } = createFixture(empty, {}, { lifecycle });
    expect((await server.app.inject({ method: 'GET', url: '/-/quit' })).statusCode).toBe(405);
    expect(quits).toBe(0);
    const answer = await server.app.inject({ method: 'POST', url: '/-/quit' });
    expect([answer.statusCode, answer.body, quits]).toEqual([200, 'Requesting termination... Goodbye!\n', 1]);
  });

  it('begins each request with what is in force then, and ends it with the same', async () => {
    let version = 0;
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const answers = [
      async () => {
        asked++;
        await promise;
        return answerOf(['old 1\n']);
      },
      async () => answerOf(['new 1\n']),
    ];
    const serving = (): Serving => {
      const federate = answers[version]!;
      return { ...fixtureServing(empty), federate: { federate } };
    };
    const { server } = createFixture(empty, {}, { current: serving });
    running.push(server);
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const ask = async (): Promise<string> => (await fetch(`${url}/federate?match[]=up`)).text();
    const old = ask();
    await expect.poll(() => asked).toBe(1);
    version = 1;
    expect(await ask()).toBe('new 1\n');
    resolve();
    expect(await old).toBe('old 1\n');
  });

  it('lists the endpoints at /', async () => {
    const response = await createFixture(empty).server.app.inject('/');
    expect(response.body).toContain('/federate?match[]=');
  });

  it('counts each request once', async () => {
    const { server, recorded } = createFixture(empty);
    await server.app.inject('/metrics');
    await server.app.inject({ method: 'POST', url: '/federate' });
    expect(recorded.requests.map(({ handler, code }) => [handler, code])).toEqual([
      ['/metrics', 200],
      ['/federate', 405],
    ]);
    expect(recorded.inFlight).toBe(0);
  });
});
