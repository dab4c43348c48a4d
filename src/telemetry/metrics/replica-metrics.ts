import { Gauge, type Registry } from 'prom-client';

interface ReplicaLabels {
  readonly shard: string;
  readonly replica: string;
}

/** What one read showed of a replica beside its siblings. */
interface ReplicaComparison {
  /** NaN where the replica did not tell the time. */
  readonly clockSkewSeconds: number;
  /** NaN where it or its siblings had no sample. */
  readonly sampleLagSeconds: number;
  /** Undefined where it was not read beside a sibling. */
  readonly missingSeries: number | undefined;
  readonly divergentSeries: number;
}

export interface ReplicaMetrics {
  setComparison(labels: ReplicaLabels, comparison: ReplicaComparison): void;
  setSampledSeries(shard: string, series: number): void;
}

export function createReplicaMetrics(registry: Registry): ReplicaMetrics {
  const shared = { labelNames: ['shard', 'replica'] as const, registers: [registry] };
  const skew = new Gauge({
    name: 'promgate_replica_clock_skew_seconds',
    help: 'By how much the clock of a replica is at least ahead of the gateway’s (negative: behind), from the Date header of its last answer: good to a second.',
    ...shared,
  });
  const lag = new Gauge({
    name: 'promgate_replica_sample_lag_seconds',
    help: 'By how much the newest sample of the last read is older than the newest of all replicas; 0 for the one that has it.',
    ...shared,
  });
  const missing = new Gauge({
    name: 'promgate_replica_missing_series',
    help: 'Series of the last read that a sibling had and this replica lacked.',
    ...shared,
  });
  const divergent = new Gauge({
    name: 'promgate_replica_divergent_series',
    help: 'Of the sampled series, those in which the replica differs from the leader by more than they move in the time between.',
    ...shared,
  });
  const sampled = new Gauge({
    name: 'promgate_replica_sampled_series',
    help: 'Series of a shard whose values are compared between replicas.',
    labelNames: ['shard'] as const,
    registers: [registry],
  });
  return {
    setComparison(labels, { clockSkewSeconds, sampleLagSeconds, missingSeries, divergentSeries }) {
      const { shard, replica } = labels;
      if (Number.isFinite(clockSkewSeconds)) skew.set({ shard, replica }, clockSkewSeconds);
      if (Number.isFinite(sampleLagSeconds)) lag.set({ shard, replica }, sampleLagSeconds);
      if (missingSeries !== undefined) missing.set({ shard, replica }, missingSeries);
      divergent.set({ shard, replica }, divergentSeries);
    },
    setSampledSeries: (shard, series) => sampled.set({ shard }, series),
  };
}
