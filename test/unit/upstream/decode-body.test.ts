import { constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { bodyOf, createReadFixture, cut, encoded, long, text } from './read-fixture.ts';
import { responseHead, type Script } from './scripted-server.ts';

const { serve, ask, failureOf } = createReadFixture();
const gzipped = gzipSync(long);
/** As servers send it: without a checksum nobody could tell. */
const checkedZstd = zstdCompressSync(long, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const flip = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 0x55 : byte));

describe('an encoded body', () => {
  it.each([
    ['gzip', encoded('gzip', gzipped)],
    ['x-gzip in capitals', encoded('X-GZIP', gzipped)],
    [
      'gzip of several members',
      encoded('gzip', Buffer.concat([gzipSync(long.slice(0, 777)), gzipSync(long.slice(777))])),
    ],
    [
      'gzip ended by the connection',
      (socket) =>
        socket.end(Buffer.concat([Buffer.from(responseHead({ headers: { 'Content-Encoding': 'gzip' } })), gzipped])),
    ],
    ['deflate', encoded('deflate', deflateSync(long))],
    ['zstd', encoded('zstd', zstdCompressSync(long))],
    ['identity by name', encoded('identity', Buffer.from(long))],
  ] satisfies [string, Script][])('%s comes out decoded', async (_name, script) => {
    const { url } = await serve(script);
    expect(await bodyOf(await ask({ url }))).toBe(long);
  });

  it.each([
    ['truncated gzip', encoded('gzip', cut(gzipped, 20)), 'unexpected end of file'],
    ['gzip without its last byte', encoded('gzip', cut(gzipped, 1)), 'unexpected end of file'],
    ['corrupt gzip', encoded('gzip', flip(gzipped, gzipped.length >> 1)), 'cannot be decoded'],
    ['wrong checksum', encoded('gzip', flip(gzipped, gzipped.length - 6)), 'incorrect data check'],
    ['text declared as gzip', encoded('gzip', Buffer.from(text)), 'incorrect header check'],
    ['empty gzip', encoded('gzip', Buffer.alloc(0)), 'unexpected end of file'],
    ['garbage after gzip', encoded('gzip', Buffer.concat([gzipped, Buffer.from('garbage')])), ''],
    ['zeros after gzip', encoded('gzip', Buffer.concat([gzipped, Buffer.alloc(9)])), '9 bytes follow'],
    [
      'garbage after deflate',
      encoded('deflate', Buffer.concat([deflateSync(text), Buffer.from('garbage')])),
      'bytes follow',
    ],
    ['corrupt zstd', encoded('zstd', flip(checkedZstd, checkedZstd.length >> 1)), 'cannot be decoded'],
    ['text declared as zstd', encoded('zstd', Buffer.from(text)), 'cannot be decoded'],
    ['garbage after zstd', encoded('zstd', Buffer.concat([zstdCompressSync(long), Buffer.from('garbage')])), ''],
    ['truncated zstd', encoded('zstd', cut(zstdCompressSync(long), 5)), 'unexpected end of file'],
    ['unknown encoding', encoded('br', gzipped), 'content encoding "br" is not supported'],
    ['name of an Object method', encoded('constructor', gzipped), 'is not supported'],
  ] satisfies [string, Script, string][])('%s is an error', async (_name, script, message) => {
    const server = await serve(script);
    const failure = await failureOf({ url: server.url });
    expect(failure).toMatchObject({ code: 'PG_UPSTREAM_ENCODING', replica: 'prom-0a:9090' });
    expect(failure.message).toMatch(/^replica prom-0a:9090: /);
    expect(failure.message).toContain(message);
  });
});
