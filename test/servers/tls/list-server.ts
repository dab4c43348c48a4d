import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Identity } from './certificates.ts';

export interface ListServerOptions {
  readonly identity: Identity;
  /** PEM of the authority whose clients are let in. */
  readonly clientAuthority: string;
}

export interface ListServer {
  readonly url: string;
  /** By path: the value of `Authorization` that is let in, and the list that it gets. */
  readonly lists: Map<string, { readonly authorization: string; readonly groups: readonly unknown[] }>;
  close(): Promise<void>;
}

/** An inventory over HTTPS that lets in only clients with a certificate and the right credentials, and repeats wrong ones. */
export async function startListServer({ identity, clientAuthority }: ListServerOptions): Promise<ListServer> {
  const lists: ListServer['lists'] = new Map();
  const tls = { ...identity, ca: clientAuthority, requestCert: true, rejectUnauthorized: true };
  const server = createServer(tls, (request, response) => {
    const { authorization = 'none' } = request.headers;
    const list = lists.get(request.url ?? '');
    const isRight = list?.authorization === authorization;
    response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRight ? list.groups : [`no ${authorization}`]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lists,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
