import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeSmallBody } from '../../../src/upstream/decode-small-body.ts';
import { WireBody } from '../../../src/upstream/wire-body.ts';

const small = '{"status":"success"}';
/** Hardly compressible. */
const large = Array.from({ length: 20_000 }, (_, i) => Math.sin(i)).join(',');
const bomb = 'x'.repeat(5_000_000);

function wireOf(bytes: Uint8Array, chunkBytes: number): { wire: WireBody; isAborted: () => boolean } {
  let aborted = false;
  const wire = new WireBody({ pause: () => {}, resume: () => {}, abort: () => (aborted = true) });
  void (async () => {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      wire.push(bytes.subarray(at, at + chunkBytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
    wire.end();
  })();
  return { wire, isAborted: () => aborted };
}

const ignored: (bytes: Uint8Array) => void = () => undefined;

async function decoded(
  bytes: Uint8Array,
  { encoding = 'gzip', chunkBytes = 1000, onGzip = ignored } = {},
): Promise<string> {
  const pieces: Uint8Array[] = [];
  const body = decodeSmallBody(wireOf(bytes, chunkBytes).wire, encoding, { replica: 'a:9090', onGzip });
  for await (const piece of body) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces).toString();
}

describe('a body that may be small', () => {
  it.each([
    ['small', small],
    ['empty', ''],
    ['large', large],
    ['small but large when decoded', bomb],
  ])('comes out decoded: %s', async (_what, text) => {
    expect(await decoded(gzipSync(text))).toBe(text);
    expect(await decoded(gzipSync(text), { chunkBytes: 1e9 })).toBe(text);
    expect(await decoded(Buffer.from(text), { encoding: '' })).toBe(text);
  });

  it.each([
    ['small', small, 1],
    ['large', large, 0],
    ['small but large when decoded', bomb, 0],
  ])('is also given as it came where it is decoded at once: %s', async (_what, text, times) => {
    const given: Uint8Array[] = [];
    await decoded(gzipSync(text), { onGzip: (bytes) => void given.push(bytes) });
    expect(given.map((bytes) => gunzipSync(bytes).toString())).toEqual(Array.from({ length: times }, () => text));
  });

  it('may be made of several members', async () => {
    expect(await decoded(Buffer.concat([gzipSync('one '), gzipSync('two')]))).toBe('one two');
  });

  it.each([
    ['cut short', gzipSync(small).subarray(0, -3), 'unexpected end of file'],
    ['nothing', new Uint8Array(0), 'unexpected end of file'],
    ['no gzip', Buffer.from(small), 'incorrect header check'],
    ['longer than its data', Buffer.concat([gzipSync(small), Buffer.alloc(9)]), '9 bytes follow'],
  ])('is an error that names the replica when it is %s', async (_what, bytes, reason) => {
    const failure = decoded(bytes);
    await expect(failure).rejects.toMatchObject({ code: 'PG_UPSTREAM_ENCODING' });
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.toThrow('a:9090');
  });

  it('ends the connection when nobody reads it', async () => {
    const { wire, isAborted } = wireOf(gzipSync(large), 100);
    const body = decodeSmallBody(wire, 'gzip', { replica: 'a:9090', onGzip: undefined })[Symbol.asyncIterator]();
    await body.return!();
    expect(isAborted()).toBe(true);
  });
});
