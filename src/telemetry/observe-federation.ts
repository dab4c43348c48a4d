import type { AggregationRuleConfig, ShardConfig } from '../config/config.ts';
import type { FederateObserver } from '../federate/pipeline/federate-observer.ts';
import type { ShardTaskResult } from '../federate/shard-task/shard-task.ts';
import type { Divergence } from '../topology/divergence.ts';
import type { ShardState } from '../topology/shard-state.ts';
import type { ReplicaOutcome } from '../topology/shard-view.ts';
import type { Logger } from './logger.ts';
import { observeReplicas } from './observe-replicas.ts';
import { observeRules } from './observe-rules.ts';
import type { Metrics } from './metrics/metrics.ts';

export interface FederationTelemetry {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly shards: readonly ShardConfig[];
  readonly rules: readonly AggregationRuleConfig[];
  /** In the order of `shards`. */
  readonly shardStates: readonly ShardState[];
  /** In the order of `shards`. */
  readonly divergences: readonly Divergence[];
  /** Unix ms. */
  readonly now: () => number;
}

/** Families whose conflicts have been logged; more of them are only counted. */
const maxLoggedFamilies = 1000;

/** Turns what a federation observes into metrics and log lines. */
export function observeFederation(telemetry: FederationTelemetry): FederateObserver {
  const { metrics, logger, shards } = telemetry;
  const nameOf = (shard: number): string => shards[shard]!.name;
  const logChange = createReplicaLog(logger);
  const replicasRead = observeReplicas(telemetry);
  const loggedFamilies = new Set<string>();
  const logConflict = (family: string, message: string): void => {
    if (loggedFamilies.has(family) || loggedFamilies.size >= maxLoggedFamilies) return;
    loggedFamilies.add(family);
    logger.warn({ family }, message);
  };

  return {
    shardRead(shard, result) {
      metrics.workers.countTask(result.error === undefined ? 'complete' : 'failed');
      metrics.workers.countBytes(result.thread, result.scannedBytes);
      metrics.shards.setUp(nameOf(shard), result.error === undefined);
      countReads(telemetry, { shard, result, logChange });
      replicasRead(shard, result.outcome);
      describeShard(telemetry, shard);
    },
    leaderChanged(shard, { from, to, reason }) {
      // The same one again: there was no better when its gaps outgrew the table.
      if (from === to) return;
      metrics.shards.countLeaderChange(nameOf(shard));
      logger.warn({ shard: nameOf(shard), from, to, reason }, 'the leader of a shard has changed');
    },
    shardLost(shard, error) {
      metrics.shards.setUp(nameOf(shard), false);
      logger.warn(
        { shard: nameOf(shard), code: error.code, reason: error.message },
        'a shard is missing from an answer',
      );
    },
    conflict(family, lines) {
      metrics.federate.countConflicts(lines);
      logConflict(
        family,
        'two shards have series of the same label set; each is given once: check the shards’ external labels',
      );
    },
    rules: (result) => observeRules(telemetry, result),
    ruleConflict(family, lines) {
      metrics.aggregation.countConflicts(lines);
      logConflict(family, 'shards have series that an aggregation rule gives too; the rule’s are given');
    },
    answered: (result) => metrics.federate.countFanOut(result),
    taskCut: (_shard, how) => metrics.workers.countTask(how),
  };
}

function countReads(
  { metrics, shards }: FederationTelemetry,
  { shard, result, logChange }: { shard: number; result: ShardTaskResult; logChange: LogChange },
): void {
  const { name, replicas } = shards[shard]!;
  const { outcome } = result;
  for (const [index, read] of outcome.replicas.entries()) {
    const replica = replicas[index]!.name;
    metrics.upstream.observeRead({ shard: name, replica }, read);
    logChange(`${name} ${replica}`, read, { shard: name, replica });
  }
  const { filledSeries: filled, suppressed, duplicates: duplicate } = outcome;
  metrics.shards.countDedup(name, { leader: outcome.seriesOut - filled, filled, suppressed, duplicate });
  metrics.shards.countComparedLines(name, result.comparedLines);
}

function describeShard({ metrics, shards, shardStates, now }: FederationTelemetry, shard: number): void {
  const { name, replicas } = shards[shard]!;
  const { leader, filledSeries } = shardStates[shard]!.describe(now());
  metrics.shards.setLeader(
    name,
    leader,
    replicas.map((replica) => replica.name),
  );
  metrics.shards.setFilledSeries(name, filledSeries);
}

type LogChange = (key: string, read: ReplicaOutcome, fields: object) => void;

/** Logs when a replica begins to fail, fails in another way, and is back: not at every scrape in between. */
function createReplicaLog(logger: Logger): LogChange {
  const failing = new Map<string, string>();
  return (key, { result, error }, fields) => {
    if (result === 'unused') return;
    const before = failing.get(key);
    if (error !== undefined && error.code !== before) {
      failing.set(key, error.code);
      logger.warn({ ...fields, code: error.code, reason: error.message }, 'a replica is left out of answers');
    }
    if (error === undefined && before !== undefined) {
      failing.delete(key);
      logger.info(fields, 'a replica answers again');
    }
  };
}
