import { Counter, Gauge, type Registry } from 'prom-client';

/** What became of the samples of one shard in one request. */
interface DedupCounts {
  /** Given out from the leader. */
  readonly leader: number;
  /** Given out from a follower, because the leader lacked the series. */
  readonly filled: number;
  /** Kept back, because the sample was not newer than what had been given out. */
  readonly suppressed: number;
  /** The same series twice in one replica. */
  readonly duplicate: number;
}

export interface ShardMetrics {
  /** `replicas` are all of the shard; one of them is `leader`. */
  setLeader(shard: string, leader: string, replicas: readonly string[]): void;
  countLeaderChange(shard: string): void;
  /** Whether a single replica gave far fewer series than expected, so that a sibling was looked for. */
  countShortRead(shard: string, isShort: boolean): void;
  /** Series in the table of those that the leader lacks. */
  setFilledSeries(shard: string, series: number): void;
  setUp(shard: string, up: boolean): void;
  countDedup(shard: string, counts: DedupCounts): void;
  countComparedLines(shard: string, lines: number): void;
}

export function createShardMetrics(registry: Registry): ShardMetrics {
  const registers = [registry];
  return { ...createLeaderMetrics(registers), ...createShardState(registers), ...createLineMetrics(registers) };
}

function createLeaderMetrics(
  registers: Registry[],
): Pick<ShardMetrics, 'setLeader' | 'countLeaderChange' | 'countShortRead'> {
  const leaders = new Gauge({
    name: 'promgate_shard_leader',
    help: '1 for the replica that a shard is read from first, 0 for its siblings.',
    labelNames: ['shard', 'replica'] as const,
    registers,
  });
  const changes = new Counter({
    name: 'promgate_shard_leader_changes_total',
    help: 'Changes of the leader of a shard.',
    labelNames: ['shard'] as const,
    registers,
  });
  const short = new Counter({
    name: 'promgate_shard_short_reads_total',
    help: 'Reads of the leader alone that gave far fewer series than the last ones, so that a sibling was asked as well.',
    labelNames: ['shard'] as const,
    registers,
  });
  return {
    setLeader(shard, leader, replicas) {
      changes.inc({ shard }, 0);
      for (const replica of replicas) leaders.set({ shard, replica }, replica === leader ? 1 : 0);
    },
    countLeaderChange: (shard) => changes.inc({ shard }),
    countShortRead: (shard, isShort) => short.inc({ shard }, isShort ? 1 : 0),
  };
}

function createShardState(registers: Registry[]): Pick<ShardMetrics, 'setFilledSeries' | 'setUp'> {
  const filled = new Gauge({
    name: 'promgate_shard_filled_series',
    help: 'Series that the leader of a shard lacks and a follower fills.',
    labelNames: ['shard'] as const,
    registers,
  });
  const up = new Gauge({
    name: 'promgate_federate_shard_up',
    help: 'Whether the last read of a shard was complete; the same series ends every federate answer.',
    labelNames: ['shard'] as const,
    registers,
  });
  return {
    setFilledSeries: (shard, series) => filled.set({ shard }, series),
    setUp: (shard, isUp) => up.set({ shard }, isUp ? 1 : 0),
  };
}

function createLineMetrics(registers: Registry[]): Pick<ShardMetrics, 'countDedup' | 'countComparedLines'> {
  const dedup = new Counter({
    name: 'promgate_dedup_samples_total',
    help: 'Samples of a shard by what deduplication did with them: leader, filled, suppressed or duplicate.',
    labelNames: ['shard', 'outcome'] as const,
    registers,
  });
  const compared = new Counter({
    name: 'promgate_compared_lines_total',
    help: 'Lines that lack the configured shard labels at their end and are compared between shards.',
    labelNames: ['shard'] as const,
    registers,
  });
  return {
    countDedup(shard, counts) {
      for (const [outcome, samples] of Object.entries(counts)) dedup.inc({ shard, outcome }, samples);
    },
    countComparedLines: (shard, lines) => compared.inc({ shard }, lines),
  };
}
