import { Pool, ProxyAgent, type Dispatcher } from 'undici';

import { connectionOptions, createPool, socketOptions, type ConnectionTimes } from '../connections.ts';
import { keepingAlerts } from '../tls-alert.ts';
import type { Proxy } from './proxy-for.ts';
import type { TlsSettings } from './tls-source.ts';

/** How an origin is reached. */
export interface Route {
  readonly tls: TlsSettings | undefined;
  readonly proxy: Proxy | undefined;
  /** For CONNECT. */
  readonly connectHeaders: Readonly<Record<string, readonly string[]>>;
}

export interface OpenedConnections {
  readonly dispatcher: Dispatcher;
  readonly mayBeStale: () => boolean;
}

/** Connections to an origin over a route. */
export function openConnections(origin: string, route: Route, times: ConnectionTimes): OpenedConnections {
  if (route.proxy === undefined) {
    const pool = createPool(origin, times, route.tls);
    return { dispatcher: pool, mayBeStale: () => pool.stats.free > 0 };
  }
  const options = connectionOptions(times);
  const { servername: _, ...proxyTls } = route.tls ?? {};
  const { connectTimeout } = options;
  const agent = new ProxyAgent({
    ...options,
    uri: route.proxy.origin,
    ...(route.proxy.authorization !== undefined && { token: route.proxy.authorization }),
    // Plain HTTP is asked of the proxy itself, without CONNECT.
    ...(origin.startsWith('https:') && { headers: mutable(route.connectHeaders) }),
    requestTls: { ...socketOptions, ...route.tls, allowH2: false, timeout: connectTimeout },
    proxyTls: { ...socketOptions, ...proxyTls, allowH2: false, timeout: connectTimeout },
    factory: (target, given: Pool.Options) => new Pool(target, withAlerts(given)),
    clientFactory: (url, given: object) => new Pool(url, { ...given, headersTimeout: connectTimeout }),
  });
  // The agent does not tell; a read may be repeated once more than it had to be.
  return { dispatcher: agent, mayBeStale: () => true };
}

function withAlerts(options: Pool.Options): Pool.Options {
  const { connect } = options;
  return typeof connect === 'function' ? { ...options, connect: keepingAlerts(connect) } : options;
}

function mutable(headers: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]]));
}
