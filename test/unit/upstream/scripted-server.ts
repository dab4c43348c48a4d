import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface ScriptedServer {
  readonly url: string;
  /** Request heads in the order of arrival. */
  readonly requests: string[];
  /** Sockets accepted so far, and those that are open now. */
  readonly accepted: () => number;
  readonly open: () => number;
  /** Resolves when no socket is open. */
  readonly allClosed: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Answers one request; `index` counts requests over all connections from 0. */
export type Script = (socket: Socket, request: { readonly head: string; readonly index: number }) => void;

/** An HTTP peer on a free port that says exactly what a script says: for responses no proper server would send. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end);
        received = received.slice(end + 4);
        requests.push(head);
        script(socket, { head, index: requests.length - 1 });
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    accepted: () => accepted,
    open: () => sockets.size,
    allClosed: async () => {
      while (sockets.size > 0) await new Promise((resolve) => [...sockets][0]!.once('close', resolve));
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Head {
  readonly status?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** A response head; text of version 0.0.4 unless the headers say otherwise. */
export function responseHead({ status = '200 OK', headers = {} }: Head): string {
  const all = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}

/** A whole response with its length. */
export function response(body: string | Uint8Array, { status, headers }: Head = {}): Uint8Array {
  const bytes = Buffer.from(body);
  const head = responseHead({
    ...(status === undefined ? {} : { status }),
    headers: { ...headers, 'Content-Length': bytes.length },
  });
  return Buffer.concat([Buffer.from(head), bytes]);
}
