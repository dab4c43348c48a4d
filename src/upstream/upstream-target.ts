import { LRUCache } from 'lru-cache';
import type { Config, ReplicaConfig, ShardConfig } from '../config/config.ts';
import type { HttpRequest, HttpResponse } from './http-request.ts';

/** A replica, and how to ask it. */
export type UpstreamTarget = ReplicaConfig &
  Pick<ShardConfig, 'enableCompression' | 'httpClient'> & {
    /** Where its HTTP client is configured, for messages; undefined: its shard. */
    readonly section?: string;
  };

/** A replica as its shard has it asked. */
export function upstreamTarget(shard: ShardConfig, replica: ReplicaConfig): UpstreamTarget {
  const { enableCompression, httpClient } = shard;
  return { ...replica, enableCompression, ...(httpClient !== undefined && { httpClient }) };
}

/** Every replica of a configuration. */
export function allTargets({ shards }: Config): UpstreamTarget[] {
  return shards.flatMap((shard) => shard.replicas.map((replica) => upstreamTarget(shard, replica)));
}

export interface ReadLimits {
  /** Unix ms; covers the whole read, to the last byte of the body. */
  readonly deadlineMs: number;
  /** Ends the read at once; a reason that is a GatewayError becomes the error of the read. */
  readonly signal: AbortSignal;
}

/** One request of a read, before it is known over which connections and with which credentials. */
export type ReplicaRequest = Omit<HttpRequest, 'role'>;

/** Where the credentials of a read are configured, for messages. */
export interface CredentialsPlace {
  /** The key that holds them; undefined where there are none. */
  readonly key: string | undefined;
  readonly section: string;
}

/** What a read needs beside its target. */
export interface ReadContext {
  /** As `httpRequest`; also rejects with `PG_UPSTREAM_SECRET` and `_TOKEN`. */
  readonly send: (request: ReplicaRequest) => Promise<HttpResponse>;
  readonly credentials: CredentialsPlace;
  readonly userAgent: string;
  readonly now: () => number;
}

interface ReplicaAddress {
  readonly origin: string;
  /** Path of the URL without a trailing slash: `""` or `/prefix`. */
  readonly basePath: string;
}

/** To read a URL takes longer than what is done with it, and a replica's is always the same. */
const addresses = new LRUCache<string, ReplicaAddress>({ max: 10_000 });

/** Where a replica is, from its URL. */
export function addressOf({ url }: Pick<UpstreamTarget, 'url'>): ReplicaAddress {
  const known = addresses.get(url);
  if (known !== undefined) return known;
  const { origin, pathname } = new URL(url);
  const address = { origin, basePath: pathname.replace(/\/+$/, '') };
  addresses.set(url, address);
  return address;
}
