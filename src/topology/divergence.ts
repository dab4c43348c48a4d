import { type ReplicaSample, SeriesMoves } from './series-moves.ts';
import type { SampledSeries, ShardOutcome } from './shard-view.ts';

export interface DivergentSeries {
  /** Label set as it leaves, as text. */
  readonly labels: string;
  readonly leader: ReplicaSample;
  readonly replica: ReplicaSample;
}

export interface Divergence {
  /** Takes in the sample of one request. */
  observe(
    outcome: Pick<ShardOutcome, 'sampled' | 'leader'> & { readonly replicas: readonly unknown[] },
    nowMs: number,
  ): void;
  /** Series that are being compared. */
  readonly sampled: number;
  /** Series in which a replica differs from the leader; none for the leader. */
  divergent(replica: number): readonly DivergentSeries[];
}

/** Of one shard; beyond it, those seen least recently are forgotten. */
const maxSeries = 1024;
const forgetAfterMs = 600_000;
/** Samples of different moments have to differ in so many requests in a row. */
const patience = 3;

interface Tracked {
  readonly moves: SeriesMoves;
  /** By replica. */
  readonly last: Map<number, ReplicaSample>;
  readonly strikes: Map<number, number>;
  seenMs: number;
}

/**
 * Compares what replicas of a shard have of the same series: their values may differ by what the series moves in the time
 * between their samples, as its own previous samples tell. One that differs by more is divergent, at once where the timestamps
 * are equal, after three requests where they are not.
 */
export function createDivergence(): Divergence {
  const tracked = new Map<string, Tracked>();
  let leader = 0;

  const forget = (nowMs: number): void => {
    for (const [labels, { seenMs }] of tracked) {
      if (tracked.size <= maxSeries && nowMs - seenMs <= forgetAfterMs) return;
      tracked.delete(labels);
    }
  };
  const track = (labels: string, nowMs: number): Tracked => {
    const series = tracked.get(labels) ?? { moves: new SeriesMoves(), last: new Map(), strikes: new Map(), seenMs: 0 };
    // Those seen last stand last.
    tracked.delete(labels);
    tracked.set(labels, series);
    series.seenMs = nowMs;
    return series;
  };

  return {
    observe({ sampled, leader: ledBy, replicas }, nowMs) {
      if (ledBy !== leader) for (const { strikes } of tracked.values()) strikes.clear();
      leader = ledBy;
      for (const [i, labels] of sampled.labels.entries()) {
        judge(track(labels, nowMs), samplesOf(sampled, i, replicas.length), leader);
      }
      forget(nowMs);
    },
    get sampled() {
      return tracked.size;
    },
    divergent(replica) {
      return [...tracked].flatMap(([labels, { strikes, last }]): DivergentSeries[] => {
        if ((strikes.get(replica) ?? 0) < patience) return [];
        return [{ labels, leader: last.get(leader)!, replica: last.get(replica)! }];
      });
    },
  };
}

function samplesOf(
  { timestampsMs, values }: SampledSeries,
  series: number,
  replicas: number,
): Map<number, ReplicaSample> {
  const samples = new Map<number, ReplicaSample>();
  for (let replica = 0; replica < replicas; replica++) {
    const at = series * replicas + replica;
    const timestampMs = timestampsMs[at]!;
    if (timestampMs !== -Infinity) samples.set(replica, { timestampMs, value: values[at]! });
  }
  return samples;
}

function judge({ moves, last, strikes }: Tracked, samples: ReadonlyMap<number, ReplicaSample>, leader: number): void {
  const before = new Map(last);
  for (const [replica, sample] of samples) {
    const previous = before.get(replica);
    if (previous !== undefined) moves.observe(previous, sample);
    last.set(replica, sample);
  }
  const own = samples.get(leader);
  if (own === undefined) return;
  for (const [replica, sample] of samples) {
    if (replica === leader) continue;
    const isExplained = moves.explains(own, sample);
    if (isExplained === true) strikes.delete(replica);
    const isSeenAgain = isSame(before.get(replica), sample) && isSame(before.get(leader), own);
    if (isExplained !== false || isSeenAgain) continue;
    strikes.set(replica, own.timestampMs === sample.timestampMs ? patience : (strikes.get(replica) ?? 0) + 1);
  }
}

/** One sample that is asked for twice says nothing new. */
function isSame(before: ReplicaSample | undefined, sample: ReplicaSample): boolean {
  return before !== undefined && before.timestampMs === sample.timestampMs;
}
