import { FLOAT, STALE, type RawSeries } from '../../model/raw-series.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import { looksLikeCounter } from './looks-like-counter.ts';
import { medianGapMs } from './median-gap.ts';
import { SampleColumns } from './sample-columns.ts';

/**
 * One series out of what the replicas of a shard hold of it. The leader's samples stay; a follower's sample enters where
 * the leader has a hole: from one interval after the leader's sample before it, and not within half an interval of the
 * leader's next. The interval is the smallest median gap. Where the replicas share their timestamps the result is the
 * exact union. A leader's stale marker is a hole while a follower goes on; a filled sample that would look like a counter
 * reset which its own replica did not see is left out. `replicas[0]` is the leader, the others follow in a fixed order.
 * Never longer than the replicas together. Timestamps strictly ascending.
 */
export function mergeReplicaSamples(labels: SeriesLabels, replicas: readonly RawSeries[]): RawSeries {
  const intervalMs = Math.min(...replicas.map(({ timestampsMs }) => medianGapMs(timestampsMs)));
  const isCounter = replicas.length > 1 && looksLikeCounter(replicas);
  let merged = replicas[0]!;
  for (const follower of replicas.slice(1)) merged = fill(merged, follower, { intervalMs, isCounter });
  return merged.labels === labels ? merged : { ...merged, labels };
}

interface FillRules {
  readonly intervalMs: number;
  readonly isCounter: boolean;
}

function fill(leader: RawSeries, follower: RawSeries, rules: FillRules): RawSeries {
  const isUnion = sharesTimestamps(leader, follower);
  return new Filling(leader, follower, isUnion ? { intervalMs: 0, isCounter: false } : rules).run();
}

/** Whether most of the samples in the time that both cover are of the same instants. */
function sharesTimestamps({ timestampsMs: a }: RawSeries, { timestampsMs: b }: RawSeries): boolean {
  const from = Math.max(a[0] ?? Infinity, b[0] ?? Infinity);
  const to = Math.min(a.at(-1) ?? -Infinity, b.at(-1) ?? -Infinity);
  const isInside = (t: number): boolean => t >= from && t <= to;
  const inside = [a.filter(isInside), b.filter(isInside)] as const;
  const shared = countShared(...inside);
  return shared > 0 && shared * 2 >= Math.min(inside[0].length, inside[1].length);
}

function countShared(a: Float64Array, b: Float64Array): number {
  let shared = 0;
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const x = a[i]!;
    const y = b[k]!;
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) k++;
  }
  return shared;
}

/** Walks over two replicas' samples in time order. */
class Filling {
  readonly #leader: RawSeries;
  readonly #follower: RawSeries;
  readonly #rules: FillRules;
  readonly #output: SampleColumns;
  /** Time of the last sample in the output. */
  #lastMs = -Infinity;
  #lastValue = NaN;
  /** Whether the last sample in the output came from the follower. */
  #wasFilled = false;
  /** Next sample of either. */
  #i = 0;
  #k = 0;

  constructor(leader: RawSeries, follower: RawSeries, rules: FillRules) {
    this.#leader = leader;
    this.#follower = follower;
    this.#rules = rules;
    this.#output = new SampleColumns(leader.timestampsMs.length + follower.timestampsMs.length);
  }

  run(): RawSeries {
    const a = this.#leader.timestampsMs;
    const b = this.#follower.timestampsMs;
    while (this.#i < a.length || this.#k < b.length) {
      const leads = (a[this.#i] ?? Infinity) <= (b[this.#k] ?? Infinity);
      if (leads) this.#takeLeader();
      else this.#offerFollower();
    }
    return this.#output.toSeries(this.#leader.labels);
  }

  #takeLeader(): void {
    const index = this.#i++;
    const atMs = this.#leader.timestampsMs[index]!;
    if (this.#follower.timestampsMs[this.#k] === atMs) {
      const other = this.#k++;
      // Of two samples of one instant a real one says more than the end of the series.
      const isEnd = kindAt(this.#leader, index) === STALE && kindAt(this.#follower, other) === STALE;
      const follows = kindAt(this.#leader, index) === STALE && !isEnd;
      if (follows) this.#push(this.#follower, other, { filled: true });
      else this.#push(this.#leader, index, { filled: false });
      return;
    }
    if (kindAt(this.#leader, index) === STALE && this.#followerGoesOn(atMs)) return;
    this.#push(this.#leader, index, { filled: false });
  }

  /** Whether the next that the follower has is a real sample, soon enough to be of the same run of scrapes. */
  #followerGoesOn(atMs: number): boolean {
    const nextMs = this.#follower.timestampsMs[this.#k];
    if (nextMs === undefined || kindAt(this.#follower, this.#k) === STALE) return false;
    return nextMs - atMs <= 2 * this.#rules.intervalMs;
  }

  #offerFollower(): void {
    const index = this.#k++;
    const atMs = this.#follower.timestampsMs[index]!;
    const { intervalMs, isCounter } = this.#rules;
    const nextMs = this.#leader.timestampsMs[this.#i] ?? Infinity;
    const isStale = kindAt(this.#follower, index) === STALE;
    // The end of a series is the follower's to tell only where it told its samples.
    if (isStale && !this.#wasFilled && intervalMs > 0) return;
    const sinceMs = atMs - this.#lastMs;
    if (this.#wasFilled ? sinceMs <= 0 : sinceMs < intervalMs) return;
    if (nextMs - atMs < intervalMs / 2) return;
    if (isCounter && this.#inventsReset(index)) return;
    this.#push(this.#follower, index, { filled: true });
  }

  #inventsReset(index: number): boolean {
    if (kindAt(this.#follower, index) !== FLOAT) return false;
    const value = this.#follower.values[index]!;
    return (
      (value < this.#lastValue && !falls(this.#follower, index, this.#lastMs)) ||
      (this.#i < this.#leader.values.length &&
        kindAt(this.#leader, this.#i) === FLOAT &&
        value > this.#leader.values[this.#i]! &&
        !falls(this.#leader, this.#i, -Infinity) &&
        !fallsWithin(this.#follower, index, this.#leader.timestampsMs[this.#i]!))
    );
  }

  #push(series: RawSeries, index: number, { filled }: { filled: boolean }): void {
    this.#output.push(series, index);
    this.#lastMs = series.timestampsMs[index]!;
    if (kindAt(series, index) === FLOAT) this.#lastValue = series.values[index]!;
    this.#wasFilled = filled;
  }
}

/** Whether the replica itself saw a lower value at `index` than at some earlier sample newer than `sinceMs`, or just before it. */
function falls(series: RawSeries, index: number, sinceMs: number): boolean {
  for (let i = index; i > 0; i--) {
    if (series.values[i]! < series.values[i - 1]!) return true;
    if (series.timestampsMs[i - 1]! <= sinceMs || sinceMs === -Infinity) return false;
  }
  return false;
}

/** Whether the replica's values fall between its sample `index` and the time `untilMs`. */
function fallsWithin(series: RawSeries, index: number, untilMs: number): boolean {
  for (let i = index + 1; i < series.values.length && series.timestampsMs[i - 1]! < untilMs; i++) {
    if (series.values[i]! < series.values[i - 1]!) return true;
  }
  return false;
}

function kindAt(series: RawSeries, index: number): number {
  return series.kinds?.[index] ?? FLOAT;
}
