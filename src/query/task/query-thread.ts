import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { compileRules, type CompiledRules } from '../../federate/rules/compile-rules.ts';
import { GatewayError } from '../../model/errors.ts';
import { createUpstreamPools, type UpstreamPools } from '../../upstream/upstream-pools.ts';
import { createTenantGates, type GateOf } from '../../promql/selector/tenant-gates.ts';
import { askServerKind, type ServerKind } from './server-kind.ts';
import type { UpstreamTarget } from '../../upstream/upstream-target.ts';

/** What a query thread is started with: plain data. */
export interface QueryThreadData {
  readonly config: Config;
  readonly version: string;
}

/** What one query thread keeps between queries. */
export interface QueryThread {
  readonly config: Config;
  readonly pools: UpstreamPools;
  readonly rules: CompiledRules;
  readonly gateOf: GateOf;
  /** The external labels of a replica, asked for once in a while; `{}` where it does not tell. */
  externalLabels(target: UpstreamTarget, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** False for a server that is known to be something else. */
  isPrometheus(target: UpstreamTarget): Promise<boolean>;
}

/** A page that is guarded better than reads are does not tell; credentials that are wrong fail the read itself. */
function unlessGuarded(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'PG_UPSTREAM_AUTH') return undefined;
  throw error;
}

/** A server's external labels change with its configuration only. */
const keepLabelsMs = 5 * 60_000;
const askTimeoutMs = 2000;
const maxReplicas = 10_000;

/** `pools`: those of the thread, where it has some. */
export function createQueryThread({ config, version }: QueryThreadData, given?: UpstreamPools): QueryThread {
  const now = (): number => Date.now();
  const pools = given ?? createUpstreamPools({ version, now });
  const known = new LRUCache<string, Promise<Readonly<Record<string, string>>>>({
    max: maxReplicas,
    ttl: keepLabelsMs,
  });
  const ask = async (target: UpstreamTarget): Promise<Readonly<Record<string, string>>> => {
    const { signal } = new AbortController();
    const asked = pools.readExternalLabels(target, { deadlineMs: now() + askTimeoutMs, signal });
    return (await asked.catch(unlessGuarded)) ?? {};
  };
  const kinds = new LRUCache<string, Promise<ServerKind | undefined>>({ max: maxReplicas, ttl: keepLabelsMs });
  return {
    config,
    pools,
    rules: compileRules(config.aggregationRules),
    gateOf: createTenantGates(config.tenants),
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
}
