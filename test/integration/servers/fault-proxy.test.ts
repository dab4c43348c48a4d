import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../servers/fault/fault-proxy.ts';

const BODY = 'x'.repeat(500_000);
let server: Server;
let proxy: FaultProxy;

beforeEach(async () => {
  server = createServer((_, response) => response.end(BODY)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startFaultProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  server.close();
  server.closeAllConnections();
});

async function read(timeoutMs: number): Promise<{ bytes: number; complete: boolean }> {
  let bytes = 0;
  try {
    const response = await fetch(`http://${proxy.address}`, { signal: AbortSignal.timeout(timeoutMs) });
    for await (const chunk of response.body!) bytes += chunk.length;
    return { bytes, complete: true };
  } catch {
    return { bytes, complete: false };
  }
}

it('passes everything without a fault', async () => {
  expect(await read(5000)).toEqual({ bytes: BODY.length, complete: true });
});

it('stalls at the byte it was told, goes on when healed', async () => {
  let reached = 0;
  proxy.stallAfter(300_000, () => reached++);
  const stalled = await read(2000);
  expect(stalled.complete).toBe(false);
  expect(stalled.bytes).toBeGreaterThan(299_000);
  expect(stalled.bytes).toBeLessThan(300_000);
  expect(await read(300)).toEqual({ bytes: 0, complete: false });
  expect(reached).toBe(1);
  proxy.heal();
  expect(await read(5000)).toEqual({ bytes: BODY.length, complete: true });
});

it('releases what it held back', async () => {
  const body = read(5000);
  proxy.stallAfter(100_000, () => setTimeout(() => proxy.heal(), 200));
  expect(await body).toEqual({ bytes: BODY.length, complete: true });
});

it('cuts one connection', async () => {
  proxy.cutAfter(300_000);
  expect((await read(5000)).complete).toBe(false);
  expect(await read(5000)).toEqual({ bytes: BODY.length, complete: true });
});
