import type { AggregationRuleConfig, ShardConfig } from '../config/config.ts';
import type { FederateObserver } from '../federate/pipeline/federate-observer.ts';
import type { ShardTaskResult } from '../federate/shard-task/shard-task.ts';
import type { ShardBreakers } from '../topology/shard-breakers.ts';
import type { Divergence } from '../topology/divergence.ts';
import type { ShardState } from '../topology/shard-state.ts';
import type { FederationLog } from './federation-log.ts';
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
  readonly breakers: readonly Pick<ShardBreakers, 'avoided'>[];
  readonly log: FederationLog;
  /**
   * Whether the configuration in force has this shard, and this replica of it: what a request of an older one observes of
   * others must not bring their series back.
   */
  readonly isThere: (shard: string, replica?: string) => boolean;
  /** Whether no newer configuration is in force. */
  readonly isLatest: () => boolean;
  /** In the order of `shards`. */
  readonly divergences: readonly Divergence[];
  /** Unix ms. */
  readonly now: () => number;
}

/** Turns what a federation observes into metrics and log lines. */
export function observeFederation(telemetry: FederationTelemetry): FederateObserver {
  const { metrics, logger, shards, log, isThere } = telemetry;
  const nameOf = (shard: number): string => shards[shard]!.name;
  const replicasRead = observeReplicas(telemetry);
  return {
    shardRead(shard, result) {
      metrics.workers.countTask(result.error === undefined ? 'complete' : 'failed');
      metrics.workers.countBytes(result.thread, result.scannedBytes);
      if (!isThere(nameOf(shard))) return;
      metrics.shards.setUp(nameOf(shard), result.error === undefined);
      countReads(telemetry, shard, result);
      replicasRead(shard, result.outcome);
      describeShard(telemetry, shard);
    },
    leaderChanged(shard, { from, to, reason }) {
      // The same one again: there was no better when its gaps outgrew the table.
      if (from === to) return;
      if (isThere(nameOf(shard))) metrics.shards.countLeaderChange(nameOf(shard));
      logger.warn({ shard: nameOf(shard), from, to, reason }, 'the leader of a shard has changed');
    },
    shardLost(shard, error) {
      if (isThere(nameOf(shard))) metrics.shards.setUp(nameOf(shard), false);
      logger.warn(
        { shard: nameOf(shard), code: error.code, reason: error.message },
        'a shard is missing from an answer',
      );
    },
    conflict(family, lines) {
      metrics.federate.countConflicts(lines);
      log.conflict(
        family,
        'two shards have series of the same label set; each is given once: check the shards’ external labels',
      );
    },
    rules: (result) => observeRules(telemetry, result),
    ruleConflict(family, lines) {
      metrics.aggregation.countConflicts(lines);
      log.conflict(family, 'shards have series that an aggregation rule gives too; the rule’s are given');
    },
    answered: (result) => metrics.federate.countFanOut(result),
    taskCut: (_shard, how) => metrics.workers.countTask(how),
  };
}

function countReads(
  { metrics, shards, log, isThere }: FederationTelemetry,
  shard: number,
  result: ShardTaskResult,
): void {
  const { name, replicas } = shards[shard]!;
  const { outcome } = result;
  for (const [index, read] of outcome.replicas.entries()) {
    const replica = replicas[index]!.name;
    if (!isThere(name, replica)) continue;
    metrics.upstream.observeRead({ shard: name, replica }, read);
    log.replicaRead({ shard: name, replica }, read);
  }
  const { filledSeries: filled, suppressed, duplicates: duplicate } = outcome;
  metrics.shards.countDedup(name, { leader: outcome.seriesOut - filled, filled, suppressed, duplicate });
  if (outcome.counted !== undefined) metrics.shards.countShortRead(name, outcome.counted.isShort);
  metrics.shards.countComparedLines(name, result.comparedLines);
}

function describeShard(
  { metrics, shards, shardStates, breakers, isThere, now }: FederationTelemetry,
  shard: number,
): void {
  const { name, replicas } = shards[shard]!;
  const { leader, filledSeries } = shardStates[shard]!.describe(now());
  metrics.shards.setLeader(
    name,
    leader,
    replicas.map((replica) => replica.name).filter((replica) => isThere(name, replica)),
  );
  metrics.shards.setFilledSeries(name, filledSeries);
  const avoided = breakers[shard]!.avoided();
  for (const [index, replica] of replicas.entries()) {
    if (!isThere(name, replica.name)) continue;
    metrics.upstream.setBreaker({ shard: name, replica: replica.name }, avoided.includes(index));
  }
}
