import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range from which Linux takes the ports of outgoing connections: those would take the port of a dead server. */
const [FIRST, COUNT] = [20_000, 12_000];

/** Files that run at the same time have ports of their own: the port of a dead server stays free for it. */
const SHARES = 4;
const ownShare: number = Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES;

/** Two servers may ask before either listens. */
const kGivenPorts: Set<number> = new Set();

/** A TCP port of 127.0.0.1 that nobody listens on, never given twice: for servers that keep their port over a restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + SHARES * Math.floor(Math.random() * (COUNT / SHARES)) + ownShare;
    if (kGivenPorts.has(port)) continue;
    kGivenPorts.add(port);
    if (await canListen(port)) return port;
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
