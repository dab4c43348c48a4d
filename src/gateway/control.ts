import type { Config, SourceConfig } from '../config/config.ts';
import type { LastLoad } from '../query/endpoints/own-status.ts';
import { allTargets } from '../upstream/upstream-target.ts';
import type { ResolvedFleet } from '../topology/discovery/resolve-fleet.ts';
import type { SourceWatch } from '../topology/discovery/source-watch.ts';
import { describeChange } from './describe-change.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { createGeneration, type Generation } from './generation.ts';
import type { Runtime } from './runtime.ts';

/** Which generation is in force. */
export interface Control {
  /** The one that requests begin with. */
  readonly current: Generation;
  /**
   * Puts a configuration in force; one call at a time. Requests under way end on the generation that they began with, and
   * what is known of shards, replicas and rules that stay goes on. @throws GatewayError `PG_CONFIG_INVALID`: nothing has changed.
   */
  switchTo(fleet: ResolvedFleet, declared: Config): Promise<void>;
}

export interface ControlOptions {
  readonly fleet: ResolvedFleet;
  /** As it was loaded, before discovery. */
  readonly declared: Config;
  readonly lastLoad: () => LastLoad;
  readonly watches: (sources: readonly SourceConfig[]) => readonly SourceWatch[];
}

export async function createControl(runtime: Runtime, options: ControlOptions): Promise<Control> {
  const fleet = createFleet();
  const make = (resolved: ResolvedFleet, declared: Config, before?: Generation): Promise<Generation> =>
    createGeneration(runtime, { ...options, resolved, declared, before, fleet });
  const enter = (generation: Generation): void => {
    runtime.configure(generation.config);
    fleet.replace(generation.config);
  };
  let current = await make(options.fleet, options.declared);
  enter(current);
  observeFleet(runtime, options.fleet);
  return {
    get current() {
      return current;
    },
    async switchTo(resolved, declared) {
      const before = current;
      const next = await make(resolved, declared, before);
      enter(next);
      current = next;
      reportChanges(runtime, before, next);
      observeFleet(runtime, resolved);
      await forgetGone(runtime, fleet, next.config);
    },
  };
}

/** What is known of a fleet before anything is read. */
function observeFleet({ metrics }: Runtime, { config, origins }: ResolvedFleet): void {
  for (const { name, replicas, sources } of config.shards) {
    if (replicas.length === 0) metrics.shards.setUp(name, false);
    const found = [...origins.get(name)!.values()].filter((source) => source !== undefined);
    if (sources !== undefined || found.length > 0 || replicas.length === 0) {
      metrics.discovery.setTargets(name, found.length);
    }
  }
}

function reportChanges({ metrics, logger }: Runtime, before: Generation, { config, leaderChanges }: Generation): void {
  const change = describeChange(before.config, config);
  if (change !== undefined) logger.info(change, 'the fleet has changed');
  for (const { shard, change } of leaderChanges) {
    metrics.shards.countLeaderChange(shard);
    logger.info({ shard, ...change }, 'the leader of a shard has changed');
  }
  if (JSON.stringify(before.config.aggregationRules) !== JSON.stringify(config.aggregationRules)) {
    metrics.aggregation.resetCoverage();
  }
}

async function forgetGone({ metrics, federationLog, upstream }: Runtime, fleet: Fleet, config: Config): Promise<void> {
  const replicas = config.shards.flatMap(({ name: shard, replicas }) =>
    replicas.map(({ name: replica }) => ({ shard, replica })),
  );
  federationLog.keepOnly(replicas);
  upstream.keepOnly(allTargets(config));
  await metrics.keepOnly((shard, replica) => fleet.isThere(shard, replica));
}
