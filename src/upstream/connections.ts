import { buildConnector, Pool, type Dispatcher } from 'undici';

import { keepingAlerts } from './tls-alert.ts';

/** Kept-alive connections to one origin. */
export interface Connections {
  /** Asked for anew for every request: it changes when certificates do. */
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** Origin of the proxy between, if any. */
  readonly proxy?: string;
  /** Whether the next request may go over a connection that was used before. */
  readonly mayBeStale: () => boolean;
}

/** How long connections are waited for and kept. */
export interface ConnectionTimes {
  /** Longest wait for a connection; the deadline of a read may end it earlier. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept. Default 90 s: longer than the usual scrape intervals. */
  readonly keepAliveMs?: number;
}

/** What all connections to replicas have in common, whatever they go through. */
export function connectionOptions(times: ConnectionTimes): Pool.Options & { readonly connectTimeout: number } {
  return {
    connectTimeout: times.connectTimeoutMs ?? 10_000,
    keepAliveTimeout: times.keepAliveMs ?? 90_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
    // One connection a read: flow control of HTTP/2 would let one slow read hold back its neighbours.
    allowH2: false,
  };
}

/** One chunk at a time: several that wait would be copied into one. */
export const socketOptions: object = { highWaterMark: 1 };

/** Connections straight to an origin. `tls`: options of `tls.connect`. */
export function createPool(origin: string, times: ConnectionTimes, tls: object = {}): Pool {
  const options = connectionOptions(times);
  const connect = { ...socketOptions, ...tls };
  if (!origin.startsWith('https:')) return new Pool(origin, { ...options, connect });
  const connector = buildConnector({ ...connect, allowH2: false, timeout: options.connectTimeout });
  return new Pool(origin, { ...options, connect: keepingAlerts(connector) });
}
