import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toGatewayError } from '../../model/errors.ts';
import type { DemoTarget } from './demo-target.ts';

export interface DemoControl {
  readonly url: string;
  close(): Promise<void>;
}

/** What the control server needs of the fleet. */
export interface ControlledFleet {
  readonly targets: readonly DemoTarget[];
  kill(name: string): Promise<void>;
  revive(name: string): Promise<void>;
}

/**
 * Serves `POST /kill/<name>`, `POST /revive/<name>` (a replica or a whole shard) and `GET /` (who is alive) on 127.0.0.1.
 * Where `port` is taken any free one is used.
 */
export async function startDemoControl(fleet: ControlledFleet, port: number): Promise<DemoControl> {
  const server = createServer((request, response) => {
    void respond(fleet, request, response);
  });
  await listen(server, port).catch(() => listen(server, 0));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(fleet: ControlledFleet, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(fleet, request.method ?? '', request.url ?? '');
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function answer(fleet: ControlledFleet, method: string, path: string): Promise<{ status: number; body: string }> {
  const order = /^\/(kill|revive)\/([^/?]+)$/.exec(path);
  if (order === null && path !== '/') return { status: 404, body: 'POST /kill/<name>, POST /revive/<name> or GET /\n' };
  if (order === null) return { status: 200, body: describeFleet(fleet) };
  if (method !== 'POST') return { status: 405, body: `ask with POST: curl -X POST …${path}\n` };
  const [, action, name] = order;
  try {
    await (action === 'kill' ? fleet.kill(name!) : fleet.revive(name!));
    return { status: 200, body: describeFleet(fleet) };
  } catch (error) {
    const { status, message } = toGatewayError(error);
    return { status, body: `${message}\n` };
  }
}

function describeFleet({ targets }: ControlledFleet): string {
  const lines = targets.map(({ replica, address, alive }) => `${replica} (${address}) ${alive ? 'alive' : 'dead'}\n`);
  return `simulated fleet:\n${lines.join('')}`;
}
