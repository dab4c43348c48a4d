import { LRUCache } from 'lru-cache';
import type { Pool } from 'undici';

import type { HttpClientConfig } from '../config/http-client-config.ts';
import { createPool, type ConnectionTimes, type Connections } from './connections.ts';
import { readExternalLabels } from './external-labels.ts';
import { createFileReader } from './http-client/file-reader.ts';
import { createHttpClient, type HttpClient } from './http-client/http-client.ts';
import { httpRequest } from './http-request.ts';
import { openApi, type ApiRead, type ApiResponse } from './open-api.ts';
import { openFederate, type FederateRead, type FederateResponse } from './open-federate.ts';
import { addressOf, type ReadContext, type ReadLimits, type UpstreamTarget } from './upstream-target.ts';

export interface UpstreamPoolsOptions extends ConnectionTimes {
  /** Version of promgate, for the user agent. */
  readonly version: string;
  /** Unix ms. */
  readonly now: () => number;
}

export interface UpstreamPools {
  /** See {@link openFederate}. */
  openFederate(target: UpstreamTarget, read: FederateRead): Promise<FederateResponse>;
  /** See {@link openApi}. */
  openApi(target: UpstreamTarget, read: ApiRead): Promise<ApiResponse>;
  /** See {@link readExternalLabels}. */
  readExternalLabels(target: UpstreamTarget, limits: ReadLimits): Promise<Record<string, string> | undefined>;
  /** Closes the connections to all others, once what is read on them has ended. */
  keepOnly(targets: readonly Pick<UpstreamTarget, 'url' | 'httpClient'>[]): void;
  /** Ends every connection; reads under way fail with `PG_UPSTREAM_CLOSED`. */
  close(): Promise<void>;
}

/** Kept-alive connections to replicas, one pool for each origin and HTTP client; for one thread. */
export function createUpstreamPools(options: UpstreamPoolsOptions): UpstreamPools {
  const { now } = options;
  const userAgent = `promgate/${options.version}`;
  const plain = createPlainPools(options);
  const clients = createHttpClients(options, userAgent);
  const contextOf = ({ url, httpClient, section = 'its shard' }: UpstreamTarget): ReadContext => {
    const { origin } = addressOf({ url });
    if (httpClient !== undefined) {
      const client = clients.of(httpClient);
      const credentials = { key: client.credentials, section };
      return { send: (request) => client.send(origin, request), credentials, userAgent, now };
    }
    const via = { connections: plain.to(origin), now };
    return { send: (request) => httpRequest(request, via), credentials: { key: undefined, section }, userAgent, now };
  };
  return {
    openFederate: (target, read) => openFederate(contextOf(target), target, read),
    openApi: (target, read) => openApi(contextOf(target), target, read),
    readExternalLabels: (target, limits) => readExternalLabels(contextOf(target), target, limits),
    keepOnly(targets) {
      const isPlain = ({ httpClient }: Pick<UpstreamTarget, 'httpClient'>): boolean => httpClient === undefined;
      plain.keepOnly(new Set(targets.filter(isPlain).map((target) => addressOf(target).origin)));
      clients.keepOnly(targets.flatMap(({ httpClient }) => httpClient ?? []));
    },
    close: async () => {
      await Promise.all([plain.close(), clients.close()]);
    },
  };
}

/** Without a limit of connections: how many reads run at once is decided where tasks are admitted. */
function createPlainPools(times: ConnectionTimes) {
  const pools = new Map<string, Connections & { readonly dispatcher: Pool }>();
  const create = (origin: string): Connections & { readonly dispatcher: Pool } => {
    const dispatcher = createPool(origin, times);
    return { dispatcher, origin, mayBeStale: () => dispatcher.stats.free > 0 };
  };
  return {
    to(origin: string): Connections {
      const connections = pools.get(origin) ?? create(origin);
      pools.set(origin, connections);
      return connections;
    },
    keepOnly(origins: ReadonlySet<string>): void {
      for (const [origin, { dispatcher }] of pools) {
        if (origins.has(origin)) continue;
        pools.delete(origin);
        // Fails only where it is closed already.
        dispatcher.close().catch(() => {});
      }
    },
    async close(): Promise<void> {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}

/** Beyond it, those that were not used for longest are let go: old ones, after many changes of the configuration. */
const maxClients = 10_000;

/** Clients by what their configuration says, so that they live on over a reload that does not touch it. */
function createHttpClients(options: UpstreamPoolsOptions, userAgent: string) {
  const { now } = options;
  const files = createFileReader();
  const clients = new LRUCache<string, HttpClient>({
    max: maxClients,
    dispose: (client, _key, reason) => reason === 'evict' && client.retire(),
  });
  return {
    of(config: HttpClientConfig): HttpClient {
      const key = JSON.stringify(config);
      const client = clients.get(key) ?? createHttpClient(config, { files, times: options, now, userAgent });
      clients.set(key, client);
      return client;
    },
    keepOnly(configs: readonly HttpClientConfig[]): void {
      const wanted = new Set(configs.map((config) => JSON.stringify(config)));
      for (const [key, client] of clients.entries()) {
        if (wanted.has(key)) continue;
        client.retire();
        clients.delete(key);
      }
    },
    async close(): Promise<void> {
      const open = [...clients.values()];
      clients.clear();
      await Promise.all(open.map((client) => client.destroy()));
    },
  };
}
