import type { ShardConfig } from '../config/config.ts';
import type { Divergence, DivergentSeries } from '../topology/divergence.ts';
import type { ShardOutcome } from '../topology/shard-view.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';

export interface ReplicaTelemetry {
  readonly metrics: Pick<Metrics, 'replicas'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly shards: readonly Pick<ShardConfig, 'name' | 'replicas'>[];
  /** In the order of `shards`. */
  readonly divergences: readonly Divergence[];
  /** Whether the configuration in force has this replica: others must not come back. */
  readonly isThere: (shard: string, replica?: string) => boolean;
  /** Unix ms. */
  readonly now: () => number;
}

const maxExamples = 5;

/** Compares the replicas of a shard after each read of it; tells metrics always, and the log when divergence begins and ends. */
export function observeReplicas(telemetry: ReplicaTelemetry): (shard: number, outcome: ShardOutcome) => void {
  const { metrics, shards, divergences, isThere, now } = telemetry;
  const log = createDivergenceLog(telemetry);
  return (shard, outcome) => {
    const { name, replicas } = shards[shard]!;
    const divergence = divergences[shard]!;
    divergence.observe(outcome, now());
    metrics.replicas.setSampledSeries(name, divergence.sampled);
    const complete = outcome.replicas.filter(({ result }) => result === 'complete');
    const newestMs = Math.max(...complete.map(({ newestSampleMs }) => newestSampleMs));
    for (const [index, read] of outcome.replicas.entries()) {
      if (read.result === 'unused' || !isThere(name, replicas[index]!.name)) continue;
      const isCompared = read.result === 'complete' && complete.length > 1;
      const replica = replicas[index]!.name;
      const divergent = divergence.divergent(index);
      metrics.replicas.setComparison(
        { shard: name, replica },
        {
          clockSkewSeconds: read.clockSkewMs / 1000,
          sampleLagSeconds: isCompared ? (newestMs - read.newestSampleMs) / 1000 : Number.NaN,
          missingSeries: isCompared ? read.missing : undefined,
          divergentSeries: divergent.length,
        },
      );
      log({ shard: name, replica, leader: replicas[outcome.leader]?.name ?? '' }, divergent, divergence);
    }
  };
}

interface Compared {
  readonly shard: string;
  readonly replica: string;
  readonly leader: string;
}

type DivergenceLog = (compared: Compared, divergent: readonly DivergentSeries[], divergence: Divergence) => void;

function createDivergenceLog({ logger }: Pick<ReplicaTelemetry, 'logger'>): DivergenceLog {
  const diverging = new Set<string>();
  return ({ shard, replica, leader }, divergent, { sampled }) => {
    const key = JSON.stringify([shard, replica]);
    if (divergent.length > 0 === diverging.has(key)) return;
    if (divergent.length === 0) {
      diverging.delete(key);
      logger.info({ shard, replica }, 'a replica no longer differs from the leader');
      return;
    }
    diverging.add(key);
    const examples = divergent.slice(0, maxExamples).map((series) => exampleText(series));
    logger.warn(
      { shard, replica, leader, divergent: divergent.length, sampled, examples },
      'a replica has other values than the leader: check that both scrape the same targets and evaluate the same rules',
    );
  };
}

function exampleText({ labels, leader, replica }: DivergentSeries): string {
  return `${labels} ${replica.value} @ ${replica.timestampMs}, leader: ${leader.value} @ ${leader.timestampMs}`;
}
