import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a `/federate` request, in whatever broken way. */
export type FederateBehaviour = (response: ServerResponse) => void;

export interface FakeReplica {
  readonly address: string;
  /** Requests to `/federate` so far. */
  readonly reads: number;
  behave(behaviour: FederateBehaviour): void;
  close(): Promise<void>;
}

/** A server that answers `/federate` as the test says, and tells these external labels. */
export async function startFakeReplica(
  externalLabels: Readonly<Record<string, string>>,
  behaviour: FederateBehaviour,
): Promise<FakeReplica> {
  let current = behaviour;
  let reads = 0;
  const listener: RequestListener = (request, response) => {
    if (request.url?.startsWith('/federate')) {
      reads++;
      current(response);
      return;
    }
    const labels = Object.entries(externalLabels).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`);
    const yaml = `global:\n  external_labels:\n${labels.join('')}`;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'success', data: { yaml } }));
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get reads() {
      return reads;
    },
    behave: (next) => void (current = next),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A behaviour: status 200 with this body. */
export function answer(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): FederateBehaviour {
  return (response) => {
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8',
      ...headers,
    });
    response.end(body);
  };
}
