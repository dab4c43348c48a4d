import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { createReadFixture, cut } from './read-fixture.ts';
import { response, responseHead, type Script } from './scripted-server.ts';

const { serve, failureOf } = createReadFixture();

describe('the excerpt of an error body', () => {
  it.each([
    [
      'status 500',
      (socket) => socket.write(response('querier\n  error\n', { status: '500 Internal Server Error' })),
      'replica prom-0a:9090: status 500: querier error',
    ],
    [
      'compressed error',
      (socket) =>
        socket.write(
          response(gzipSync('bad \u001b[31mselector'), {
            status: '400 Bad Request',
            headers: { 'Content-Encoding': 'gzip' },
          }),
        ),
      'status 400: bad [31mselector',
    ],
    ['status without a body', (socket) => socket.write(response('', { status: '503 x' })), 'status 503'],
    [
      'hanging error body',
      (socket) => socket.write(cut(response('no no no', { status: '500 x' }), 3)),
      'replica prom-0a:9090: status 500',
    ],
    [
      'error body in an encoding that is not supported',
      (socket) => socket.write(response('abc', { status: '500 x', headers: { 'Content-Encoding': 'br' } })),
      'replica prom-0a:9090: status 500',
    ],
  ] satisfies [string, Script, string][])('%s', async (_name, script, message) => {
    const server = await serve(script);
    const failure = await failureOf({ url: server.url, budgetMs: 1000 });
    expect(failure).toMatchObject({ code: 'PG_UPSTREAM_STATUS', message: expect.stringContaining(message) as string });
  });

  it('keeps at most 200 bytes of an error body, and does not read on without end', async () => {
    const server = await serve((socket) => {
      socket.write(responseHead({ status: '500 x', headers: { 'Transfer-Encoding': 'chunked' } }));
      const timer = setInterval(() => socket.write(`8000\r\n${'x'.repeat(0x8000)}\r\n`), 1);
      socket.on('close', () => clearInterval(timer));
    });
    const failure = await failureOf({ url: server.url });
    expect(failure).toMatchObject({ code: 'PG_UPSTREAM_STATUS' });
    expect(failure.message).toHaveLength('replica prom-0a:9090: status 500: '.length + 200);
    await server.allClosed();
  });
});
