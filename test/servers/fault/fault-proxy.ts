import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface FaultProxy {
  readonly address: string;
  /**
   * Lets `afterBytes` more bytes through to clients, then calls `onReached` once and holds everything back, on new
   * connections too, as if the server had been frozen at that very byte.
   */
  stallAfter(afterBytes: number, onReached: () => void): void;
  /** Lets `afterBytes` more bytes through, then resets the connection that reached it. Later ones pass. */
  cutAfter(afterBytes: number): void;
  /** Lets what was held back go on, and everything after it. */
  heal(): void;
  close(): Promise<void>;
}

type Fault = { readonly kind: 'stall' | 'cut'; bytesLeft: number; readonly onReached: () => void };

/** A TCP proxy in front of a real server that fails at an exact byte: what a signal alone could not time. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const [host, port] = upstream.split(':') as [string, string];
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let fault: Fault | undefined;

  /** Passes a chunk on as far as the fault allows. Returns what has to wait. */
  const pass = (chunk: Buffer, client: Socket): Buffer | undefined => {
    if (fault === undefined) {
      client.write(chunk);
      return undefined;
    }
    const { bytesLeft, kind, onReached } = fault;
    client.write(chunk.subarray(0, bytesLeft));
    fault.bytesLeft = Math.max(0, bytesLeft - chunk.length);
    if (chunk.length < bytesLeft) return undefined;
    if (kind === 'cut') {
      fault = undefined;
      client.resetAndDestroy();
      return undefined;
    }
    if (bytesLeft > 0) onReached();
    return chunk.subarray(bytesLeft);
  };

  const server = createServer((client) => {
    const source = connect(Number(port), host);
    for (const socket of [client, source]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    }
    client.pipe(source);
    client.on('close', () => source.destroy());
    source.on('close', () => client.destroy());
    source.on('data', (chunk: Buffer) => {
      const waiting = pass(chunk, client);
      if (waiting === undefined) return;
      source.pause();
      held.push(() => {
        client.write(waiting);
        source.resume();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stallAfter: (afterBytes, onReached) => void (fault = { kind: 'stall', bytesLeft: afterBytes, onReached }),
    cutAfter: (afterBytes) => void (fault = { kind: 'cut', bytesLeft: afterBytes, onReached: () => undefined }),
    heal() {
      fault = undefined;
      for (const release of held.splice(0)) release();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
