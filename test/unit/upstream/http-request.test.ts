import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { GatewayError } from '../../../src/model/errors.ts';
import { bodyOf, createReadFixture, cut, long, text } from './read-fixture.ts';
import { response, responseHead, type Script } from './scripted-server.ts';

const { serve, pools, ask, failureOf } = createReadFixture();
const cutGzip = cut(response(gzipSync(long), { headers: { 'Content-Encoding': 'gzip' } }), 99);

/** A connection is free again one turn of the event loop after the end of a body. */
const idle = (): Promise<void> => sleep(5);

describe('a connection', () => {
  it('uses a connection again', async () => {
    const server = await serve((socket) => socket.write(response(text)));
    const from = pools();
    for (let i = 0; i < 3; i++) {
      expect(await bodyOf(await ask({ url: server.url, from }))).toBe(text);
      await idle();
    }
    expect(server.accepted()).toBe(1);
  });

  it('is repeated once when a kept connection turns out to be closed', async () => {
    const server = await serve((socket, { index }) => (index === 1 ? socket.destroy() : socket.write(response(text))));
    const from = pools();
    await bodyOf(await ask({ url: server.url, from }));
    await idle();
    expect(await bodyOf(await ask({ url: server.url, from }))).toBe(text);
    expect(server.requests).toHaveLength(3);
  });

  it('is not repeated on a new connection', async () => {
    const server = await serve((socket) => socket.destroy());
    expect(await failureOf({ url: server.url })).toMatchObject({ code: 'PG_UPSTREAM_RESET' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [{ status: '404 Not Found' }, 'PG_UPSTREAM_STATUS'],
    [{ status: '302 Found' }, 'PG_UPSTREAM_REDIRECT'],
  ])('%o leaves the connection usable', async (head, code) => {
    const server = await serve((socket, { index }) => socket.write(response(text, index === 0 ? head : {})));
    const from = pools();
    expect(await failureOf({ url: server.url, from })).toMatchObject({ code });
    await idle();
    expect(await bodyOf(await ask({ url: server.url, from }))).toBe(text);
    expect(server.accepted()).toBe(1);
  });
});

describe('the deadline', () => {
  it.each([
    ['hang before the headers', () => {}, /no response within \d+ ms/],
    [
      'hang in mid-body',
      (socket) => socket.write(cut(response(text), 9)),
      new RegExp(`${text.length - 9} bytes received`),
    ],
    [
      'slow drip',
      (socket) => {
        socket.write(responseHead({ headers: { 'Content-Length': 1_000_000 } }));
        const timer = setInterval(() => socket.write('u'), 5);
        socket.on('close', () => clearInterval(timer));
      },
      /body not complete within \d+ ms/,
    ],
    ['hang in a gzip body', (socket) => socket.write(cutGzip), /body not complete within \d+ ms/],
  ] satisfies [string, Script, RegExp][])('%s', async (_name, script, message) => {
    const server = await serve(script);
    const startedMs = performance.now();
    const failure = await failureOf({ url: server.url, budgetMs: 700 });
    expect(performance.now() - startedMs).toBeLessThan(3000);
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe('PG_UPSTREAM_TIMEOUT');
    await server.allClosed();
  });

  it('that has passed asks nothing', async () => {
    const server = await serve((socket) => socket.write(response(text)));
    expect(await failureOf({ url: server.url, budgetMs: -1 })).toMatchObject({ code: 'PG_UPSTREAM_TIMEOUT' });
    expect(server.accepted()).toBe(0);
  });

  it('ends a read whose consumer has stopped reading', async () => {
    const large = response(Buffer.alloc(20_000_000, 'x'));
    const server = await serve((socket) => socket.write(large));
    const opened = await ask({ url: server.url, budgetMs: 700 });
    await server.allClosed();
    await expect(bodyOf(opened)).rejects.toMatchObject({ code: 'PG_UPSTREAM_TIMEOUT' });
  });
});

describe('the signal', () => {
  const endless: Script = (socket) => {
    socket.write(responseHead({ headers: { 'Content-Length': 1_000_000 } }) + text);
  };

  it.each<[string, Script]>([
    ['before the headers', () => {}],
    ['in mid-body', endless],
    ['in mid-gzip', (socket) => socket.write(cutGzip)],
  ])('frees the socket %s', async (_name, script) => {
    const server = await serve(script);
    const controller = new AbortController();
    const failure = failureOf({ url: server.url, signal: controller.signal });
    while (server.requests.length === 0) await sleep(5);
    await sleep(30);
    expect(server.open()).toBe(1);
    controller.abort();
    expect(await failure).toMatchObject({ code: 'PG_UPSTREAM_CLOSED' });
    await server.allClosed();
  });

  it('aborted beforehand asks nothing', async () => {
    const server = await serve(endless);
    expect(await failureOf({ url: server.url, signal: AbortSignal.abort() })).toMatchObject({
      code: 'PG_UPSTREAM_CLOSED',
    });
    expect(server.accepted()).toBe(0);
  });

  it('aborted while the connection is made lets no request out', async () => {
    const server = await serve((socket) => socket.write(response(text)));
    const controller = new AbortController();
    const from = pools();
    const failure = failureOf({ url: server.url, from, signal: controller.signal });
    controller.abort();
    expect(await failure).toMatchObject({ code: 'PG_UPSTREAM_CLOSED' });
    while (server.accepted() === 0) await sleep(5);
    await sleep(30);
    expect(server.requests).toEqual([]);
    expect(await bodyOf(await ask({ url: server.url, from }))).toBe(text);
  });

  it('may carry the error of the read', async () => {
    const server = await serve(endless);
    const controller = new AbortController();
    const failure = failureOf({ url: server.url, signal: controller.signal });
    while (server.requests.length === 0) await sleep(5);
    controller.abort(new GatewayError('PG_UPSTREAM_SLOW', 'replica prom-0a:9090: too slow', { details: {} }));
    expect(await failure).toMatchObject({ code: 'PG_UPSTREAM_SLOW', message: 'replica prom-0a:9090: too slow' });
  });

  it('is let go of when the read ends, well or not', async () => {
    const counting = new (class extends AbortController {
      listeners = 0;
    })();
    const { signal } = counting;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...all: Parameters<typeof add>) => (counting.listeners++, add(...all));
    signal.removeEventListener = (...all: Parameters<typeof remove>) => (counting.listeners--, remove(...all));
    const server = await serve((socket, { index }) => {
      if (index === 0) socket.write(response(text));
      else if (index === 1) socket.write(response(text, { status: '500 x' }));
      else socket.end(cut(response(text), 5));
    });
    await bodyOf(await ask({ url: server.url, signal }));
    expect(counting.listeners).toBe(0);
    await failureOf({ url: server.url, signal });
    await failureOf({ url: server.url, signal });
    expect(counting.listeners).toBe(0);
  });
});
