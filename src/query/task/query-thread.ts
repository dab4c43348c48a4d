import { LRUCache } from 'lru-cache';
import type { Config } from '../../config/config.ts';
import { compileRules, type CompiledRules } from '../../federate/rules/compile-rules.ts';
import { GatewayError } from '../../model/errors.ts';
import { type AnswerSizes, createAnswerSizes } from '../replicas/answer-sizes.ts';
import { createUpstreamPools, type UpstreamPools } from '../../upstream/upstream-pools.ts';
import { createHeldVersions, type HeldVersions } from '../../workers/held-versions.ts';
import { createTenantGates, type GateOf } from '../../promql/selector/tenant-gates.ts';
import { askServerKind, type ServerKind } from './server-kind.ts';
import { allTargets, type UpstreamTarget } from '../../upstream/upstream-target.ts';

/** What a query thread is started with: plain data. */
export interface QueryThreadData {
  readonly version: string;
}

/** What one query thread keeps between queries, as a query sees it: with the configuration that it refers to. */
export interface QueryThread {
  readonly config: Config;
  readonly pools: UpstreamPools;
  readonly rules: CompiledRules;
  readonly gateOf: GateOf;
  readonly answerSizes: AnswerSizes;
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
/** How exactly that is kept: the cache would set a timer in each millisecond in which it is asked. */
const ttlResolutionMs = 1000;
const askTimeoutMs = 2000;
const maxReplicas = 10_000;

/** What one thread knows of servers. */
export type ServerKnowledge = Pick<QueryThread, 'isPrometheus' | 'externalLabels' | 'answerSizes'>;

/** Asks servers what they are, once in a while; how long their answers are, queries find out. */
export function createServerKnowledge(pools: UpstreamPools, now: () => number): ServerKnowledge {
  const known = new LRUCache<string, Promise<Readonly<Record<string, string>>>>({
    max: maxReplicas,
    ttl: keepLabelsMs,
    ttlResolution: ttlResolutionMs,
  });
  const ask = async (target: UpstreamTarget): Promise<Readonly<Record<string, string>>> => {
    const { signal } = new AbortController();
    const asked = pools.readExternalLabels(target, { deadlineMs: now() + askTimeoutMs, signal });
    return (await asked.catch(unlessGuarded)) ?? {};
  };
  const kinds = new LRUCache<string, Promise<ServerKind | undefined>>({
    max: maxReplicas,
    ttl: keepLabelsMs,
    ttlResolution: ttlResolutionMs,
  });
  return {
    answerSizes: createAnswerSizes(),
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

/** Connections, and what is known of replicas, outlive configurations. */
export function createQueryThread({ version }: QueryThreadData): HeldVersions<QueryThread> {
  const now = (): number => Date.now();
  const pools = createUpstreamPools({ version, now });
  const knowledge = createServerKnowledge(pools, now);
  const make = (value: unknown): QueryThread => {
    const config = value as Config;
    const rules = compileRules(config.aggregationRules);
    return { ...knowledge, config, pools, rules, gateOf: createTenantGates(config.tenants) };
  };
  return createHeldVersions(make, (kept) => pools.keepOnly(kept.flatMap(({ config }) => allTargets(config))));
}
