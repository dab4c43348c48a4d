import type { DeduplicationConfig, ShardConfig } from '../../../src/config/config.ts';
import {
  type FilledTable,
  nothingSampled,
  type ReplicaOutcome,
  type ShardOutcome,
} from '../../../src/topology/shard-view.ts';

export const lookbackDeltaMs = 300_000;

export function shardOf(replicas: number): ShardConfig {
  return {
    name: 'slave-0',
    labels: { slave: '0' },
    ownsLabels: [],
    replicas: Array.from({ length: replicas }, (_, i) => ({ name: `prom-${i}:9090`, url: `http://prom-${i}:9090` })),
    scrapeTimeoutMs: 10_000,
    enableCompression: true,
  };
}

export const deduplication: DeduplicationConfig = {
  strategy: 'merge',
  perReplica: [],
  minHedgeDelayMs: 250,
  minBytesPerSecond: 1000,
  breaker: { failures: 3, minDelayMs: 1000, maxDelayMs: 15_000 },
  maxLeaderLagMs: 60_000,
  maxLeaderMissingRatio: 0.1,
  leaderPatienceMs: 120_000,
  maxFilledSeries: 4,
};

/** A table of series `[low, high, timestampMs]`. */
export function tableOf(
  ...entries: readonly (readonly [low: number, high: number, timestampMs: number])[]
): FilledTable {
  return {
    hashes: Uint32Array.from(entries.flatMap(([low, high]) => [low, high])),
    timestampsMs: Float64Array.from(entries.map(([, , timestampMs]) => timestampMs)),
  };
}

/** The entries of a table, sorted. */
export function entriesOf({ hashes, timestampsMs }: FilledTable): [number, number, number][] {
  return [...timestampsMs]
    .map((timestampMs, i): [number, number, number] => [hashes[2 * i]!, hashes[2 * i + 1]!, timestampMs])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** A complete read of 1000 series up to 1,000,000 ms, unless told otherwise. */
export function replicaOutcome(differences: Partial<ReplicaOutcome> = {}): ReplicaOutcome {
  return {
    result: 'complete',
    series: 1000,
    missing: 0,
    newestSampleMs: 1_000_000,
    bytes: 100_000,
    wireBytes: 10_000,
    firstByteMs: 10,
    durationMs: 100,
    order: 'sorted',
    clockSkewMs: 0,
    ...differences,
  };
}

/** A complete outcome led by replica 0 that gave out samples up to 1,000,000 ms, unless told otherwise. */
export function shardOutcome(
  replicas: readonly Partial<ReplicaOutcome>[],
  differences: Partial<ShardOutcome> = {},
): ShardOutcome {
  return {
    status: 'complete',
    replicas: replicas.map((replica) => replicaOutcome(replica)),
    newestGivenMs: 1_000_000,
    families: tableOf(),
    ahead: tableOf(),
    sampled: nothingSampled(),
    filled: tableOf(),
    passed: tableOf(),
    filledOverflow: false,
    leader: 0,
    seriesOut: 1000,
    suppressed: 0,
    filledSeries: 0,
    duplicates: 0,
    ...differences,
  };
}
