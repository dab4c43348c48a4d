import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A whole answer of the server behind, not compressed. */
interface WholeAnswer {
  readonly status: number;
  /** But for those that say how the body is framed. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Sends an answer on, in whatever broken way. */
export type Damage = (answer: WholeAnswer, response: ServerResponse) => void;

export interface DamagingProxy {
  readonly address: string;
  /** Requests that were damaged so far. */
  readonly damaged: number;
  /** Damages answers to paths that match from now on; undefined: none. */
  damage(paths: RegExp, how: Damage | undefined): void;
  close(): Promise<void>;
}

/** Stands before a real server, asks it what it is asked, and damages its answers as HTTP messages. */
export async function startDamagingProxy(target: string): Promise<DamagingProxy> {
  let rule: { readonly paths: RegExp; readonly how: Damage } | undefined;
  let damaged = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    forward(target, request).then(
      (answer) => {
        const isDamaged = rule?.paths.test(request.url ?? '') === true;
        if (isDamaged) damaged += 1;
        (isDamaged ? rule!.how : sendWhole)(answer, response);
      },
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get damaged() {
      return damaged;
    },
    damage: (paths, how) => void (rule = how && { paths, how }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const sendWhole: Damage = ({ status, headers, body }, response) => {
  response.writeHead(status, headers);
  response.end(body);
};

async function forward(target: string, request: IncomingMessage): Promise<WholeAnswer> {
  const { method, url, headers } = request;
  const asked = httpRequest(`http://${target}${url}`, {
    method,
    headers: { ...headers, 'accept-encoding': 'identity' },
  });
  request.pipe(asked);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...kept } = answer.headers;
  return { status: answer.statusCode!, headers: kept, body: Buffer.concat(chunks) };
}
