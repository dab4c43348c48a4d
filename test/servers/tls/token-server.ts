import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a client asked a token endpoint for. */
interface TokenRequest {
  readonly authorization: string;
  readonly form: Readonly<Record<string, string>>;
}

interface TokenAnswer {
  readonly status?: number;
  readonly body: unknown;
}

export interface TokenServer {
  readonly url: string;
  readonly requests: TokenRequest[];
  /** Decides on the next answers; `index` counts requests from 0. */
  answer(behaviour: (request: TokenRequest, index: number) => TokenAnswer | Promise<TokenAnswer>): void;
  close(): Promise<void>;
}

/** A token endpoint that answers as the test says: at first with `token-0`, `token-1`, … of an hour each. */
export async function startTokenServer(): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  let behaviour = (_: TokenRequest, index: number): TokenAnswer | Promise<TokenAnswer> => ({
    body: { access_token: `token-${index}`, token_type: 'Bearer', expires_in: 3600 },
  });
  const server = createServer((request, response) => {
    void read(request).then(async (asked) => {
      requests.push(asked);
      const { status = 200, body } = await behaviour(asked, requests.length - 1);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    requests,
    answer: (next) => void (behaviour = next),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(request: IncomingMessage): Promise<TokenRequest> {
  const form = Object.fromEntries(new URLSearchParams(await text(request)));
  return { authorization: request.headers.authorization ?? '', form };
}
