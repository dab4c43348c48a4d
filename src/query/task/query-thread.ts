import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { compileRules, type CompiledRules } from '../../federate/rules/compile-rules.ts';
import { createUpstreamPools, type UpstreamPools } from '../../upstream/upstream-pools.ts';
import { createHeldVersions, type HeldVersions } from '../../workers/held-versions.ts';
import { askServerKind, type ServerKind } from './server-kind.ts';
import type { UpstreamTarget } from '../../upstream/upstream-target.ts';

/** What a query thread is started with: plain data. */
export interface QueryThreadData {
  readonly version: string;
}

/** What one query thread keeps between queries, as a query sees it: with the configuration that it refers to. */
export interface QueryThread {
  readonly config: Config;
  readonly pools: UpstreamPools;
  readonly rules: CompiledRules;
  /** The external labels of a replica, asked for once in a while; `{}` where it does not tell. */
  externalLabels(target: UpstreamTarget, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** False for a server that is known to be something else. */
  isPrometheus(target: UpstreamTarget): Promise<boolean>;
}

/** A server's external labels change with its configuration only. */
const keepLabelsMs = 5 * 60_000;
const askTimeoutMs = 2000;
const maxReplicas = 10_000;

/** Connections, and what is known of replicas, outlive configurations. */
export function createQueryThread({ version }: QueryThreadData): HeldVersions<QueryThread> {
  const now = (): number => Date.now();
  const pools = createUpstreamPools({ version, now });
  const known = new LRUCache<string, Promise<Readonly<Record<string, string>>>>({
    max: maxReplicas,
    ttl: keepLabelsMs,
  });
  const ask = async (target: UpstreamTarget): Promise<Readonly<Record<string, string>>> => {
    const { signal } = new AbortController();
    const found = await pools.readExternalLabels(target, { deadlineMs: now() + askTimeoutMs, signal });
    return found ?? {};
  };
  const kinds = new LRUCache<string, Promise<ServerKind | undefined>>({ max: maxReplicas, ttl: keepLabelsMs });
  const replicas: Pick<QueryThread, 'isPrometheus' | 'externalLabels'> = {
    async isPrometheus(target) {
      const found = kinds.get(target.url) ?? askServerKind(pools, target, now() + askTimeoutMs);
      kinds.set(target.url, found);
      const kind = await found;
      // What did not tell is asked again, and taken for Prometheus meanwhile.
      if (kind === undefined) kinds.delete(target.url);
      return kind !== 'other';
    },
    externalLabels(target) {
      const found = known.get(target.url) ?? ask(target);
      known.set(target.url, found);
      // What failed is asked for again.
      found.catch(() => known.delete(target.url));
      return found;
    },
  };
  const make = (value: unknown): QueryThread => {
    const config = value as Config;
    return { ...replicas, config, pools, rules: compileRules(config.aggregationRules) };
  };
  return createHeldVersions(make, (kept) =>
    pools.keepOnly(kept.flatMap(({ config }) => config.shards.flatMap(({ replicas }) => replicas))),
  );
}
