import { Pool } from 'undici';

import { readExternalLabels } from './external-labels.ts';
import { openApi, type ApiRead, type ApiResponse } from './open-api.ts';
import { openFederate, type FederateRead, type FederateResponse } from './open-federate.ts';
import type { ReadContext, ReadLimits, UpstreamTarget } from './upstream-target.ts';

export interface UpstreamPoolsOptions {
  /** Version of promgate, for the user agent. */
  readonly version: string;
  /** Unix ms. */
  readonly now: () => number;
  /** Longest wait for a connection; the deadline of a read may end it earlier. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept. Default 90 s: longer than the usual scrape intervals. */
  readonly keepAliveMs?: number;
}

export interface UpstreamPools {
  /** See {@link openFederate}. */
  openFederate(target: UpstreamTarget, read: FederateRead): Promise<FederateResponse>;
  /** See {@link openApi}. */
  openApi(target: UpstreamTarget, read: ApiRead): Promise<ApiResponse>;
  /** See {@link readExternalLabels}. */
  readExternalLabels(target: UpstreamTarget, limits: ReadLimits): Promise<Record<string, string> | undefined>;
  /** Closes the connections to all others, once what is read on them has ended. */
  keepOnly(targets: readonly Pick<UpstreamTarget, 'url'>[]): void;
  /** Ends every connection; reads under way fail with `PG_UPSTREAM_CLOSED`. */
  close(): Promise<void>;
}

/** Kept-alive connections to replicas, one pool for each origin; for one thread. */
export function createUpstreamPools(options: UpstreamPoolsOptions): UpstreamPools {
  const pools = new Map<string, Pool>();
  const contextOf = (target: UpstreamTarget): ReadContext => {
    const { origin } = new URL(target.url);
    const pool = pools.get(origin) ?? createPool(origin, options);
    pools.set(origin, pool);
    return { pool, userAgent: `promgate/${options.version}`, now: options.now };
  };
  return {
    openFederate: (target, read) => openFederate(contextOf(target), target, read),
    openApi: (target, read) => openApi(contextOf(target), target, read),
    readExternalLabels: (target, limits) => readExternalLabels(contextOf(target), target, limits),
    keepOnly(targets) {
      const wanted = new Set(targets.map(({ url }) => new URL(url).origin));
      for (const [origin, pool] of pools) {
        if (wanted.has(origin)) continue;
        pools.delete(origin);
        // Fails only where it is closed already.
        pool.close().catch(() => {});
      }
    },
    close: async () => {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

/** Without a limit of connections: how many reads run at once is decided where tasks are admitted. */
function createPool(origin: string, options: UpstreamPoolsOptions): Pool {
  return new Pool(origin, {
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    keepAliveTimeout: options.keepAliveMs ?? 90_000,
    // One chunk at a time: several that wait would be copied into one.
    connect: { ...({ highWaterMark: 1 } as object) },
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
    // One connection a read: flow control of HTTP/2 would let one slow read hold back its neighbours.
    allowH2: false,
  });
}
