import type { Config } from '../config/config.ts';
import { createDedupExplainer } from '../federate/pipeline/explain-dedup.ts';
import { createResources } from '../federate/shard-task/thread-resources.ts';
import { openGate } from '../promql/selector/selector-gate.ts';
import type { Serving } from '../server/server-deps.ts';
import { createFederateService } from '../federate/pipeline/federate-service.ts';
import { createRequestPlanner, type RequestPlanner } from '../federate/pipeline/request-plan.ts';
import type { CompiledRules } from '../federate/rules/compile-rules.ts';
import { createRuleMemory, type RuleMemory } from '../federate/rules/rule-memory.ts';
import type { FederateService } from '../federate/service.ts';
import { systemClock } from '../federate/share/clock.ts';
import { createSharedService } from '../federate/share/shared-service.ts';
import { observeFederation } from '../telemetry/observe-federation.ts';
import { createDivergence } from '../topology/divergence.ts';
import type { ShardBreakers } from '../topology/shard-breakers.ts';
import type { ShardState } from '../topology/shard-state.ts';
import type { SharedJson } from '../workers/shared-json.ts';
import type { Fleet } from './fleet.ts';
import type { Runtime } from './runtime.ts';

/** What all answers kept for reuse may take together. */
const maxReuseBytes = 64 * 1024 * 1024;

interface FederationParts {
  readonly config: Config;
  readonly sharedConfig: SharedJson;
  readonly rules: CompiledRules;
  readonly ruleMemory: RuleMemory;
  /** In the order of the shards. */
  readonly shardStates: readonly ShardState[];
  readonly breakers: readonly ShardBreakers[];
  readonly fleet: Fleet;
}

/** `/federate` with one configuration. */
export function createFederation(runtime: Runtime, parts: FederationParts): Pick<Serving, 'federate' | 'explainDedup'> {
  const { config, rules, shardStates, breakers, fleet } = parts;
  const { metrics, logger, pools, federationLog: log, ruleQueue, now } = runtime;
  const { shards, aggregationRules } = config;
  const planner = createRequestPlanner(config, rules);
  const observer = observeFederation({
    metrics,
    logger,
    log,
    shards,
    rules: aggregationRules,
    shardStates,
    breakers,
    divergences: shards.map(() => createDivergence()),
    isThere: (shard, replica) => fleet.isThere(shard, replica),
    isLatest: () => fleet.isLatest(config),
    now,
  });
  const service = createFederateService({ ...parts, pool: pools.federate, planner, observer, ruleQueue, now });
  return {
    federate: guarded(shareRequests(runtime, config, { service, planner }), runtime.guardMemory),
    explainDedup: createDedupExplainer({
      ...parts,
      resources: createResources({ config, rules }, runtime.upstream),
      planner,
      // For operators, who see everything.
      enforce: (matchers) => openGate.enforce(matchers),
      now,
    }),
  };
}

function guarded(service: FederateService, guard: () => void): FederateService {
  return {
    async federate(request, signal) {
      guard();
      return service.federate(request, signal);
    },
  };
}

/** The memory of rules for a configuration: it goes on with what the one before it remembers. */
export async function createMemory(
  { ruleQueue }: Runtime,
  { config, rules, before }: { config: Config; rules: CompiledRules; before: RuleMemory | undefined },
): Promise<RuleMemory> {
  const { shards, global, federation, aggregationRules } = config;
  const shardNames = shards.map(({ name }) => name);
  const options = {
    lookbackDeltaMs: global.lookbackDeltaMs,
    // A full rule on every shard must fit, or the limit that it has would never be the one that is met.
    maxContributions: federation.limits.maxGroupsPerRule * shards.length * Math.max(1, aggregationRules.length),
  };
  if (before === undefined) return createRuleMemory(rules, shardNames, options);
  return ruleQueue.run(() => before.continueAs(rules, shardNames, options));
}

interface Unshared {
  readonly service: FederateService;
  readonly planner: RequestPlanner;
}

function shareRequests(
  { metrics, admission }: Runtime,
  config: Config,
  { service, planner }: Unshared,
): FederateService {
  const { limits, reuseForMs } = config.federation;
  return createSharedService(service, {
    keyOf: (request) => planner.plan(request).key,
    admission,
    maxClientLagBytes: limits.maxClientLagBytes,
    reuseForMs,
    maxReuseBytes,
    maxClientsPerFanOut: 1000,
    clock: systemClock,
    events: {
      onShared: () => metrics.federate.countShared(),
      onReused: () => metrics.federate.countReused(),
      onClientCut: () => metrics.federate.countClientCut(),
    },
  });
}
