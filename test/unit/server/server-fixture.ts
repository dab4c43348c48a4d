import { connect, type Socket } from 'node:net';
import { openWebConfig } from '../../../src/config/web/web-config.ts';
import { negotiateEncoding } from '../../../src/exposition/negotiate-encoding.ts';
import { negotiateFormat } from '../../../src/exposition/negotiate.ts';
import type { FederateAnswer, FederateRequest } from '../../../src/federate/service.ts';
import { createServer, type GatewayServer } from '../../../src/server/create-server.ts';
import type { ServerDeps, ServerOptions, Serving } from '../../../src/server/server-deps.ts';

/** What a fake service does with a request. */
export type FakeFederate = (request: FederateRequest, signal: AbortSignal) => Promise<FederateAnswer>;

interface Recorded {
  readonly requests: { handler: string; code: number; bytes: number }[];
  readonly results: string[];
  /** Reasons for which somebody was not let in. */
  readonly refused: string[];
  /** Requests of tenants, as `tenant outcome`. */
  readonly tenants: string[];
  inFlight: number;
  cut: number;
  readonly logs: { level: string; message: string }[];
}

export interface ServerFixture {
  readonly server: GatewayServer;
  readonly recorded: Recorded;
}

const openAuth: ServerDeps['auth'] = { webConfig: () => openWebConfig, login: async () => false };

/** A server in front of a fake service that records what it reports. */
export function createFixture(
  federate: FakeFederate,
  { clientStallTimeoutMs = 60_000, ...options }: Partial<ServerOptions> & { clientStallTimeoutMs?: number } = {},
  { tenancy, ...deps }: Partial<ServerDeps & Pick<Serving, 'tenancy'>> = {},
): ServerFixture {
  const recorded: Recorded = { requests: [], results: [], refused: [], tenants: [], inFlight: 0, cut: 0, logs: [] };
  const log =
    (level: string) =>
    (_fields: object, message: string): void => {
      recorded.logs.push({ level, message });
    };
  const serving = { ...fixtureServing(federate, clientStallTimeoutMs), tenancy };
  const server = createServer(
    {
      current: () => serving,
      lifecycle: undefined,
      negotiateFormat,
      negotiateEncoding,
      metrics: {
        http: {
          observeRequest: (handler, { code, bytes }) => recorded.requests.push({ handler, code, bytes }),
          changeInFlight: (by) => (recorded.inFlight += by),
          countClientCut: () => recorded.cut++,
        },
        federate: {
          countResponse: (result) => recorded.results.push(result),
          countClientCut: () => recorded.cut++,
        },
        security: {
          countFailure: (reason) => recorded.refused.push(reason),
          countHandshakeError: (reason) => recorded.refused.push(reason),
          countRefused: (reason) => recorded.refused.push(reason),
        },
        tenants: {
          countRequest: (tenant, outcome) => recorded.tenants.push(`${tenant} ${outcome}`),
          countDenied: (reason) => recorded.refused.push(reason),
        },
        render: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'promgate_build_info 1\n' }),
      },
      auth: openAuth,
      logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      notReady: () => undefined,
      ...deps,
    },
    options,
  );
  return { server, recorded };
}

/** What answers requests: the fake service, and nothing else. */
export function fixtureServing(federate: FakeFederate, clientStallTimeoutMs = 60_000): Serving {
  return {
    federate: { federate },
    explainDedup: () => Promise.reject(new Error('no series expected')),
    tenancy: undefined,
    status: {},
    labels: {
      series: () => Promise.reject(new Error('no labels expected')),
      names: () => Promise.reject(new Error('no labels expected')),
      values: () => Promise.reject(new Error('no labels expected')),
    },
    servers: { routes: [], ask: () => Promise.reject(new Error('nothing expected')) },
    query: {
      query: () => Promise.reject(new Error('no query expected')),
      read: () => Promise.reject(new Error('no read expected')),
      explain: () => {
        throw new Error('no query expected');
      },
    },
    defaults: {
      partialResponse: 'warn',
      queryPartialResponse: 'abort',
      experimentalFunctions: false,
      clientStallTimeoutMs,
    },
  };
}

/** An answer whose chunks all share one buffer, as those of the pipeline may. */
export function answerOf(chunks: Iterable<string> | AsyncIterable<string>, partial = false): FederateAnswer {
  return { partial, body: encodeInPlace(chunks) };
}

async function* encodeInPlace(chunks: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(1 << 20);
  for await (const chunk of chunks) {
    const { written } = new TextEncoder().encodeInto(chunk, buffer);
    yield buffer.subarray(0, written);
    buffer.fill(33);
  }
}

export interface RawExchange {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  readonly text: () => string;
  /** How the connection ended. */
  readonly closed: Promise<'end' | 'reset'>;
  /** Resolves once `pattern` was received. */
  readonly received: (pattern: string | RegExp) => Promise<string>;
}

/** Sends bytes over a real connection and collects what comes back. */
export function exchange(url: string, request: string): RawExchange {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  const watchers = new Set<() => void>();
  const { promise: closed, resolve } = Promise.withResolvers<'end' | 'reset'>();
  let wasReset = false;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (const watcher of watchers) watcher();
  });
  socket.on('error', () => (wasReset = true));
  socket.on('close', () => resolve(wasReset ? 'reset' : 'end'));
  socket.write(request, 'latin1');
  return {
    socket,
    text: () => text,
    closed,
    received: (pattern) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!(typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text))) return;
          watchers.delete(check);
          resolve(text);
        };
        watchers.add(check);
        check();
      }),
  };
}

export const get = (path: string, headers: Record<string, string> = {}, version = '1.1'): string =>
  [
    `GET ${path} HTTP/${version}`,
    'Host: gateway',
    ...Object.entries(headers).map(([k, v]) => `${k}: ${v}`),
    '',
    '',
  ].join('\r\n');
