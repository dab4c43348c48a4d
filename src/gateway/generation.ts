import { stringify } from 'yaml';
import type { Config, SourceConfig } from '../config/config.ts';
import { withoutSecrets } from '../config/without-secrets.ts';
import { compileRules } from '../federate/rules/compile-rules.ts';
import type { RuleMemory } from '../federate/rules/rule-memory.ts';
import { shardStatus } from '../query/endpoints/shard-status.ts';
import { ownStatus, type LastLoad } from '../query/endpoints/own-status.ts';
import { createTenancy } from '../server/tenancy/guard-tenants.ts';
import type { Serving } from '../server/server-deps.ts';
import type { LeaderChange } from '../topology/shard-memory.ts';
import { createShardBreakers, type ShardBreakers } from '../topology/shard-breakers.ts';
import { createShardState, type ShardState } from '../topology/shard-state.ts';
import type { ResolvedFleet } from '../topology/discovery/resolve-fleet.ts';
import type { SourceWatch } from '../topology/discovery/source-watch.ts';
import { shareJson } from '../workers/shared-json.ts';
import { createFederation, createMemory } from './federation.ts';
import type { Fleet } from './fleet.ts';
import { createQueries } from './queries.ts';
import type { Runtime } from './runtime.ts';

/** All that is made of one configuration. Requests end on the generation that they began with. */
export interface Generation {
  readonly config: Config;
  /** Counts the generations. */
  readonly version: number;
  readonly serving: Serving;
  /** In the order of the shards. */
  readonly shardStates: readonly ShardState[];
  readonly breakers: readonly ShardBreakers[];
  readonly ruleMemory: RuleMemory;
  /** Of shards whose leader is not there any more. */
  readonly leaderChanges: readonly { readonly shard: string; readonly change: LeaderChange }[];
}

interface GenerationOptions {
  readonly resolved: ResolvedFleet;
  /** What clients see of the configuration: before discovery. */
  readonly declared: Config;
  /** Lends what it knows of shards, replicas and rules that `resolved` still has; to be followed by one generation only. */
  readonly before: Generation | undefined;
  readonly fleet: Fleet;
  readonly lastLoad: () => LastLoad;
  readonly watches: (sources: readonly SourceConfig[]) => readonly SourceWatch[];
}

/** @throws GatewayError `PG_CONFIG_INVALID` where rules cannot be compiled: then nothing has happened. */
export async function createGeneration(runtime: Runtime, options: GenerationOptions): Promise<Generation> {
  const { resolved, declared, before, fleet, lastLoad, watches } = options;
  const { config } = resolved;
  const { federation, query } = config;
  const version = (before?.version ?? 0) + 1;
  const rules = compileRules(config.aggregationRules);
  const sharedConfig = shareJson(version, config);
  const ruleMemory = await createMemory(runtime, { config, rules, before: before?.ruleMemory });
  const { shardStates, leaderChanges } = continueStates(config, before);
  const breakers = continueBreakers(config, before);
  const parts = { config, sharedConfig, rules, ruleMemory, shardStates, breakers, fleet };
  return {
    config,
    version,
    shardStates,
    breakers,
    ruleMemory,
    leaderChanges,
    serving: {
      ...createFederation(runtime, parts),
      tenancy: config.tenants === undefined ? undefined : createTenancy(config.tenants),
      ...createQueries(runtime, parts),
      status: {
        ...ownStatus({
          version: runtime.version,
          startedMs: runtime.startedMs,
          configText: () => stringify(withoutSecrets(declared)),
          flags: runtime.flags,
          lastLoad,
        }),
        '/api/v1/gateway/shards': () => shardStatus({ ...resolved, declared, shardStates, watches, now: runtime.now }),
      },
      defaults: {
        partialResponse: federation.partialResponse,
        queryPartialResponse: query.partialResponse,
        experimentalFunctions: query.experimentalFunctions,
        clientStallTimeoutMs: config.global.clientStallTimeoutMs,
      },
    },
  };
}

/** A shard is the same one as long as its name is. */
function continueStates(
  { shards, deduplication, global: { lookbackDeltaMs } }: Config,
  before: Generation | undefined,
): Pick<Generation, 'shardStates' | 'leaderChanges'> {
  const known = new Map(before?.config.shards.map(({ name }, index) => [name, before.shardStates[index]!]));
  const leaderChanges: { shard: string; change: LeaderChange }[] = [];
  const shardStates = shards.map((shard) => {
    const state = known.get(shard.name);
    if (state === undefined) return createShardState(shard, deduplication, lookbackDeltaMs);
    const next = state.continueAs(shard, deduplication, lookbackDeltaMs);
    if (next.change !== undefined) leaderChanges.push({ shard: shard.name, change: next.change });
    return next.state;
  });
  return { shardStates, leaderChanges };
}

/** As the states of shards; those of replicas that have other settings start anew. */
function continueBreakers({ shards, deduplication }: Config, before: Generation | undefined): ShardBreakers[] {
  const known = new Map(before?.config.shards.map(({ name }, index) => [name, before.breakers[index]!]));
  return shards.map(({ name, replicas }) => {
    const names = replicas.map((replica) => replica.name);
    return (
      known.get(name)?.continueAs(names, deduplication.breaker) ?? createShardBreakers(names, deduplication.breaker)
    );
  });
}
