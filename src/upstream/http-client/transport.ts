import type { ProxyConfig, TlsConfig } from '../../config/http-client-config.ts';
import type { ConnectionTimes, Connections } from '../connections.ts';
import type { FileReader } from './file-reader.ts';
import { openConnections, type OpenedConnections } from './open-connections.ts';
import { proxyFor, type Proxy } from './proxy-for.ts';
import { createTlsSource, type TlsSettings } from './tls-source.ts';

export interface TransportDeps {
  readonly files: FileReader;
  readonly times: ConnectionTimes;
  /** Unix ms. */
  readonly now: () => number;
}

/** Connections with certain certificates, through a certain proxy. */
export interface Transport {
  /**
   * Connections to an origin with the certificates as they are now.
   * @throws GatewayError `PG_UPSTREAM_SECRET`
   */
  connectionsTo(origin: string): Promise<Connections>;
  /** Lets requests under way finish; for new ones there are no connections any more. */
  retire(): void;
  /** Ends every connection at once. */
  destroy(): Promise<void>;
}

interface OpenOrigin extends OpenedConnections {
  readonly tls: TlsSettings | undefined;
}

export function createTransport(
  { tlsConfig, ...proxy }: ProxyConfig & { readonly tlsConfig?: TlsConfig },
  { files, times, now }: TransportDeps,
): Transport {
  const tlsSource = tlsConfig === undefined ? undefined : createTlsSource(tlsConfig, files, now);
  const open = new Map<string, OpenOrigin>();
  const refresh = (origin: string, tls: TlsSettings | undefined, via: Proxy | undefined): void => {
    const before = open.get(origin);
    if (before !== undefined && before.tls === tls) return;
    const route = { tls, proxy: via, connectHeaders: proxy.proxyConnectHeader ?? {} };
    open.set(origin, { ...openConnections(origin, route, times), tls });
    closeLater(before);
  };
  return {
    async connectionsTo(origin) {
      const via = proxyFor(origin, proxy, process.env);
      refresh(origin, await tlsSource?.current(), via);
      return {
        get dispatcher() {
          return open.get(origin)!.dispatcher;
        },
        origin,
        ...(via !== undefined && { proxy: via.origin }),
        mayBeStale: () => open.get(origin)!.mayBeStale(),
      };
    },
    retire() {
      for (const opened of open.values()) closeLater(opened);
    },
    async destroy() {
      await Promise.all([...open.values()].map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}

/** Requests under way are finished on the connections that they have. */
function closeLater(opened: OpenedConnections | undefined): void {
  opened?.dispatcher.close().catch(() => {});
}
