import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a connection meets in the place of the real server. */
export type ConnectionScript = (client: Socket) => void;

export interface SwitchProxy {
  readonly address: string;
  /** Ends all connections; new ones meet the script. */
  play(script: ConnectionScript): void;
  /** Ends all connections; nobody listens any more. */
  refuse(): Promise<void>;
  /** Ends what plays or is refused: connections reach the real server again. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export interface SwitchProxyOptions {
  /** `host:port` of the real server. */
  readonly upstream: string;
  readonly host?: string;
  readonly port: number;
}

/** A TCP proxy in front of a real server whose place another, scripted one can take. */
export async function startSwitchProxy(options: SwitchProxyOptions): Promise<SwitchProxy> {
  const { upstream, host = '127.0.0.1', port } = options;
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  };
  let script: ConnectionScript | undefined;
  const server = createServer((client) => {
    track(client);
    if (script === undefined) track(passThrough(client, upstream));
    else script(client);
  });
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await listen(server, port, host);

  return {
    address: `${host}:${port}`,
    play(next) {
      script = next;
      endAll();
    },
    async refuse() {
      await stop(server, endAll);
    },
    async heal() {
      script = undefined;
      endAll();
      if (!server.listening) await listen(server, port, host);
    },
    close: () => stop(server, endAll),
  };
}

function passThrough(client: Socket, upstream: string): Socket {
  const [host, port] = upstream.split(':') as [string, string];
  const source = connect(Number(port), host);
  client.pipe(source).pipe(client);
  client.on('close', () => source.destroy());
  source.on('close', () => client.destroy());
  return source;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

async function stop(server: Server, endAll: () => void): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  endAll();
  await closed;
}
