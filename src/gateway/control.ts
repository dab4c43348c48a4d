import type { Config } from '../config/config.ts';
import type { LastLoad } from '../query/endpoints/own-status.ts';
import { allTargets } from '../upstream/upstream-target.ts';
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
  switchTo(config: Config, declared: Config): Promise<void>;
}

export interface ControlOptions {
  readonly config: Config;
  readonly declared: Config;
  readonly lastLoad: () => LastLoad;
}

export async function createControl(
  runtime: Runtime,
  { config, declared, lastLoad }: ControlOptions,
): Promise<Control> {
  const fleet = createFleet();
  let current = await createGeneration(runtime, { config, declared, before: undefined, fleet, lastLoad });
  fleet.replace(config);
  return {
    get current() {
      return current;
    },
    async switchTo(next, nextDeclared) {
      const before = current;
      const options = { config: next, declared: nextDeclared, before, fleet, lastLoad };
      const generation = await createGeneration(runtime, options);
      runtime.configure(next);
      fleet.replace(next);
      current = generation;
      reportChanges(runtime, before, generation);
      await forgetGone(runtime, fleet, next);
    },
  };
}

function reportChanges({ metrics, logger }: Runtime, before: Generation, { config, leaderChanges }: Generation): void {
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
