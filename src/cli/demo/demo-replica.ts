import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { toGatewayError } from '../../model/errors.ts';
import { parseSelector } from '../../promql/selector/parse-selector.ts';
import { createSelectorSet } from '../../promql/selector/selector-set.ts';
import { createFederateBody, type FederateBody, type SimulatedReplica } from './federate-body.ts';

export interface DemoReplicaOptions extends SimulatedReplica {
  /** E.g. `slave-0a`. */
  readonly name: string;
  readonly now: () => number;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One simulated replica: an HTTP server of its own on 127.0.0.1, so that killing it looks like a dead server. */
export class DemoReplica {
  readonly name: string;
  readonly #options: DemoReplicaOptions;
  readonly #federateBody: FederateBody;
  #server: Server | undefined;
  #port = 0;

  constructor(options: DemoReplicaOptions) {
    this.name = options.name;
    this.#options = options;
    this.#federateBody = createFederateBody(options);
  }

  get alive(): boolean {
    return this.#server !== undefined;
  }

  /** `127.0.0.1:port`, known once started; the same after a revival. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Starts to listen; does nothing when it listens already. @throws the system's error where the port was taken meanwhile. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => this.#answer(request, response));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Closes the port and every connection at once, in mid-answer too. Does nothing when it is dead already. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://replica');
    const reply = request.method === 'GET' ? this.#reply(url, request) : methodNotAllowed;
    const headers = { 'content-type': reply.contentType, ...(reply.status === 405 ? { allow: 'GET, OPTIONS' } : {}) };
    // As Prometheus: the first token that is exactly gzip or deflate, quality values are not read.
    const tokens = (request.headers['accept-encoding'] ?? '').split(',');
    const coding = tokens.map((token) => token.trim()).find((token) => token === 'gzip' || token === 'deflate');
    if (coding === undefined) {
      response.writeHead(reply.status, headers).end(reply.body);
      return;
    }
    const compressed = coding === 'gzip' ? gzipSync(reply.body) : deflateSync(reply.body);
    response.writeHead(reply.status, { ...headers, 'content-encoding': coding }).end(compressed);
  }

  #reply(url: URL, request: IncomingMessage): Reply {
    switch (url.pathname) {
      case '/federate':
        return this.#federate(url.searchParams.getAll('match[]'), request);
      case '/api/v1/status/config':
        return { status: 200, contentType: 'application/json', body: this.#statusConfig() };
      case '/-/healthy':
      case '/-/ready':
        return text(200, `The simulated replica ${this.name} is up.\n`);
      default:
        return text(404, '404 page not found\n');
    }
  }

  #federate(match: readonly string[], request: IncomingMessage): Reply {
    const scheme = (request.headers.accept ?? '').includes('escaping=allow-utf-8') ? 'allow-utf-8' : 'underscores';
    const contentType = `text/plain; version=0.0.4; charset=utf-8; escaping=${scheme}`;
    try {
      const selected = createSelectorSet(match.map((selector) => parseSelector(selector)));
      const body = this.#federateBody((name, labels) => selected.matches(name, labels), this.#options.now());
      return { status: 200, contentType, body };
    } catch (error) {
      const { status, message } = toGatewayError(error);
      return text(status, `${message}\n`);
    }
  }

  #statusConfig(): string {
    const { externalLabels, scrapeIntervalMs } = this.#options;
    const labels = Object.entries(externalLabels).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`);
    const yaml = `global:\n  scrape_interval: ${scrapeIntervalMs}ms\n  external_labels:\n${labels.join('')}`;
    return JSON.stringify({ status: 'success', data: { yaml } });
  }
}

const methodNotAllowed: Reply = text(405, 'Method Not Allowed\n');

function text(status: number, body: string): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
