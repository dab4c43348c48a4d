import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createReadFixture, cut, long } from './read-fixture.ts';
import { response } from './scripted-server.ts';

const { serve, ask } = createReadFixture();

describe('the consumer', () => {
  it.each([
    ['identity', {}],
    ['gzip', { 'Content-Encoding': 'gzip' }],
  ])('that breaks off frees the socket (%s)', async (_name, headers) => {
    const body = 'Content-Encoding' in headers ? gzipSync(long.repeat(5), { level: 0 }) : Buffer.from(long.repeat(5));
    const server = await serve((socket) => socket.write(cut(response(body, { headers }), 9)));
    const opened = await ask({ url: server.url });
    for await (const chunk of opened.body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await server.allClosed();
  });

  it('that returns before it read anything frees the socket', async () => {
    const server = await serve((socket) =>
      socket.write(cut(response(gzipSync(long), { headers: { 'Content-Encoding': 'gzip' } }), 9)),
    );
    const opened = await ask({ url: server.url });
    await opened.body[Symbol.asyncIterator]().return?.();
    await server.allClosed();
  });

  it.each([
    ['identity', false],
    ['gzip', true],
  ])('that stops reading for a while holds the sender back and loses nothing (%s)', async (_name, compressed) => {
    const server = await listen(compressed);
    const opened = await ask({ url: server.url });
    const iterator = opened.body[Symbol.asyncIterator]();
    let received = ((await iterator.next()).value as Uint8Array).length;
    let held = -1;
    while (opened.wireBytes() !== held) {
      held = opened.wireBytes();
      await sleep(200);
    }
    expect(held).toBeLessThan(1024 * 1024);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      received += next.value.length;
    expect(received).toBe(compressed ? 64_000_000 : 65_536_000);
  });

  /** A real HTTP server that would write 64 MB as fast as it may. */
  async function listen(compressed: boolean): Promise<{ url: string }> {
    const block = Buffer.alloc(65_536, 'x');
    const server: Server = createServer((_request, reply) => {
      reply.setHeader('Content-Type', 'text/plain; version=0.0.4');
      if (compressed) reply.setHeader('Content-Encoding', 'gzip');
      // Stored blocks: as many bytes on the wire as in the text.
      const bytes = compressed ? gzipSync(Buffer.alloc(64_000_000, 'x'), { level: 0 }) : undefined;
      let left = 1000;
      const write = (): void => {
        while (left-- > 0) {
          if (!reply.write(bytes?.subarray((999 - left) * 65_536, (1000 - left) * 65_536) ?? block)) {
            reply.once('drain', write);
            return;
          }
        }
        reply.end();
      };
      write();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
});
