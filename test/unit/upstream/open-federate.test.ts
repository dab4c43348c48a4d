import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { bodyOf, createReadFixture, cut, long, text } from './read-fixture.ts';
import { response, responseHead, startScriptedServer, type Script } from './scripted-server.ts';

const { serve, ask, failureOf } = createReadFixture();
const gzipped = gzipSync(long);

describe('a good response', () => {
  it.each([
    ['with a length', (socket) => socket.write(response(long)), Buffer.byteLength(long)],
    [
      'in chunks',
      (socket) => {
        socket.write(responseHead({ headers: { 'Transfer-Encoding': 'chunked' } }));
        for (let at = 0; at < long.length; at += 1000) {
          const chunk = long.slice(at, at + 1000);
          socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
        }
        socket.write('0\r\n\r\n');
      },
      Buffer.byteLength(long),
    ],
    ['gzip', (socket) => socket.write(response(gzipped, { headers: { 'Content-Encoding': 'gzip' } })), gzipped.length],
  ] satisfies [string, Script, number][])('%s', async (_name, script, wireBytes) => {
    const { url } = await serve(script);
    const opened = await ask({ url });
    expect(await bodyOf(opened)).toBe(long);
    expect(opened.wireBytes()).toBe(wireBytes);
  });

  it('may be empty', async () => {
    const { url } = await serve((socket) => socket.write(response('')));
    expect(await bodyOf(await ask({ url }))).toBe('');
  });

  it.each([
    ['text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8', true],
    ['text/plain;version="0.0.4"', true],
    ['text/plain; charset=utf-8', false],
    ['text/plain; version=0.0.40', false],
  ])('%s: TYPE lines %s', async (contentType, hasTypeLines) => {
    const { url } = await serve((socket) => socket.write(response(text, { headers: { 'Content-Type': contentType } })));
    const opened = await ask({ url });
    expect(opened).toMatchObject({ contentType, hasTypeLines });
    await bodyOf(opened);
  });
});

describe('the request', () => {
  it('names selectors, formats, the budget and us', async () => {
    const server = await serve((socket) => socket.write(response(text)));
    await bodyOf(await ask({ url: `${server.url}/prefix`, match: ['{__name__=~"a b|ü"}', 'up'], budgetMs: 2000 }));
    const [head] = server.requests;
    expect(head).toMatch(
      /^GET \/prefix\/federate\?match%5B%5D=%7B__name__%3D%7E%22a\+b%7C%C3%BC%22%7D&match%5B%5D=up HTTP\/1\.1\r\n/,
    );
    expect(head).toMatch(/^accept: text\/plain;version=0\.0\.4;escaping=allow-utf-8,text\/plain;version=0\.0\.4;q=/im);
    expect(head).toMatch(/^accept-encoding: gzip\r?$/im);
    expect(head).toMatch(/^user-agent: promgate\/1\.2\.3\r?$/im);
    const seconds = Number(/^x-prometheus-scrape-timeout-seconds: (.*)$/im.exec(head!)![1]);
    expect(seconds).toBeGreaterThan(1.5);
    expect(seconds).toBeLessThanOrEqual(2);
  });

  it('asks for no compression where that is off', async () => {
    const server = await serve((socket) => socket.write(response(text)));
    await bodyOf(await ask({ url: server.url, enableCompression: false }));
    expect(server.requests[0]).toMatch(/^accept-encoding: identity\r?$/im);
  });
});

describe('a bad response', () => {
  it.each([
    [
      'identity ended by the connection only',
      (socket) => socket.end(responseHead({}) + text),
      'PG_UPSTREAM_ENCODING',
      'its end cannot be told from a cut',
    ],
    [
      'a chunk without a size',
      (socket) => socket.write(`${responseHead({ headers: { 'Transfer-Encoding': 'chunked' } })}zz\r\n`),
      'PG_UPSTREAM_ENCODING',
      'cannot be decoded',
    ],
    ['not HTTP', (socket) => socket.write('+OK ready\r\n'), 'PG_UPSTREAM_ENCODING', 'cannot be decoded'],
    [
      'less than the length',
      (socket) => socket.end(Buffer.concat([cut(response(long), 9)])),
      'PG_UPSTREAM_RESET',
      `connection lost after ${Buffer.byteLength(long) - 9} bytes`,
    ],
    [
      'chunks without the last one',
      (socket) => socket.end(`${responseHead({ headers: { 'Transfer-Encoding': 'chunked' } })}4\r\nup 1\r\n`),
      'PG_UPSTREAM_RESET',
      'connection lost after 4 bytes',
    ],
    [
      'chunks without the last one on a closing connection',
      (socket) =>
        socket.end(
          `${responseHead({ headers: { 'Transfer-Encoding': 'chunked', Connection: 'close' } })}4\r\nup 1\r\n`,
        ),
      'PG_UPSTREAM_RESET',
      'connection lost after 4 bytes',
    ],
    [
      'less than the length on a closing connection',
      (socket) => socket.end(cut(response(text, { headers: { Connection: 'close' } }), 9)),
      'PG_UPSTREAM_RESET',
      `connection lost after ${text.length - 9} bytes`,
    ],
    [
      'reset in mid-body',
      (socket) => socket.write(cut(response(text), 9), () => setTimeout(() => socket.resetAndDestroy(), 20)),
      'PG_UPSTREAM_RESET',
      'connection lost after',
    ],
    ['closed before the headers', (socket) => socket.end(), 'PG_UPSTREAM_RESET', 'connection lost before the response'],
    ['status 204', (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), 'PG_UPSTREAM_STATUS', 'status 204'],
    [
      'redirect',
      (socket) =>
        socket.write(
          response('', {
            status: '302 Found',
            headers: { Location: 'https://user:secret@sso.example/login?token=abc' },
          }),
        ),
      'PG_UPSTREAM_REDIRECT',
      'status 302, a redirect to https://sso.example/login, is not followed',
    ],
    [
      'HTML with 200',
      (socket) => socket.write(response('<html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } })),
      'PG_UPSTREAM_CONTENT_TYPE',
      'content type text/html where text/plain is expected',
    ],
    [
      'JSON',
      (socket) => socket.write(response('{}', { headers: { 'Content-Type': 'application/json' } })),
      'PG_UPSTREAM_CONTENT_TYPE',
      'content type application/json',
    ],
    [
      'no content type',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      'PG_UPSTREAM_CONTENT_TYPE',
      'no content type',
    ],
  ] satisfies [string, Script, string, string][])('%s', async (_name, script, code, message) => {
    const server = await serve(script);
    const failure = await failureOf({ url: server.url });
    expect(failure).toMatchObject({ code, replica: 'prom-0a:9090' });
    expect(failure.message).toMatch(/^replica prom-0a:9090: /);
    expect(failure.message).toContain(message);
  });

  it('gives out what came before the connection was lost', async () => {
    const { url } = await serve((socket) => socket.end(cut(response(text), 9)));
    const opened = await ask({ url });
    let received = '';
    const reading = (async () => {
      for await (const chunk of opened.body) received += Buffer.from(chunk).toString();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'PG_UPSTREAM_RESET' });
    expect(received).toBe(text.slice(0, -9));
  });

  it('that is refused for its headers frees the socket, however long it is', async () => {
    const server = await serve((socket) =>
      socket.write(responseHead({ headers: { 'Content-Type': 'text/html', 'Content-Length': 1e9 } })),
    );
    expect(await failureOf({ url: server.url })).toMatchObject({ code: 'PG_UPSTREAM_CONTENT_TYPE' });
    await server.allClosed();
  });

  it('refused connection', async () => {
    const { url, close } = await startScriptedServer(() => {});
    await close();
    const failure = await failureOf({ url });
    expect(failure.code).toBe('PG_UPSTREAM_CONNECT');
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('unknown host', async () => {
    expect(await failureOf({ url: 'http://no-such-host.invalid:9090' })).toMatchObject({ code: 'PG_UPSTREAM_DNS' });
  });

  it('TLS spoken to a plain server', async () => {
    const server = await serve(() => {});
    const url = server.url.replace('http:', 'https:');
    expect(await failureOf({ url, budgetMs: 500 })).toMatchObject({ code: 'PG_UPSTREAM_TIMEOUT' });
  });

  it('TLS spoken to a server that answers in plain text', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const failure = await failureOf({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    server.close();
    expect(failure).toMatchObject({ code: 'PG_UPSTREAM_TLS' });
    expect(failure.message).toContain('check scheme');
  });
});
