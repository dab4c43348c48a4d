import type { PlainError } from '../model/errors.ts';
import type { TimestampEntries } from '../model/hash64-timestamps.ts';
import type { CountedFamilies, ExpectedView } from './family-series.ts';

/**
 * The last timestamps given out of series or families: plain data that survives a thread boundary. A hash is the label set
 * hash of `exposition/text/label-set-hash.ts` for a series, the key of `federate/join/family-key.ts` for a family.
 */
export type FilledTable = TimestampEntries;

/** Whether the lines of a replica's answer come in label set order inside a family, and the families in name order. */
export type ReplicaOrder = 'unknown' | 'sorted' | 'unsorted';

/**
 * What a shard gave out in responses finished before this one, as far as a later sample must not be older. Where a family
 * is in no table, the timestamp of the whole shard stands in for it.
 */
export interface GivenView {
  /** Unix ms, frozen at the last change of leader; -Infinity when none is in force. */
  readonly watermarkMs: number;
  /** The same by family; empty when none is in force. */
  readonly frozenFamilies: FilledTable;
  /** Newest timestamp given out, Unix ms; -Infinity at first. Of samples ahead of the clock only where `ahead` is full. */
  readonly newestGivenMs: number;
  /** The same by family. */
  readonly givenFamilies: FilledTable;
  /**
   * Series that the leader lacks, or has passed again: a sample of them leaves only if it is newer than the entry and than
   * the watermark.
   */
  readonly filled: FilledTable;
  /** Series that were given with a timestamp ahead of the clock, since the last change of leader. */
  readonly ahead: FilledTable;
  /** Those from before it: a sample of them leaves only if it is newer than the entry. Empty when none is in force. */
  readonly frozenAhead: FilledTable;
  /** From which timestamp on a sample counts as ahead of the clock, Unix ms. */
  readonly aheadFromMs: number;
}

/** What the main thread knows of a shard when a request starts: a copy that a task may keep and transfer. */
export interface ShardView extends GivenView {
  /** Counts the changes of leader; an outcome of an older epoch does not undo a newer change. */
  readonly epoch: number;
  /** Index into `ShardConfig.replicas`. */
  readonly leader: number;
  /** All others, in the order in which they take its place: the healthiest, freshest and fullest first. */
  readonly succession: readonly number[];
  /** In the order of `ShardConfig.replicas`. */
  readonly replicas: readonly ReplicaView[];
  readonly hedgeDelayMs: number;
  /** Stands for the series that are asked for: what was asked for otherwise says nothing about them. */
  readonly selection: string;
  /** Where a single replica is read: what it is held against. */
  readonly expected: ExpectedView | undefined;
}

export interface ReplicaView {
  /** What earlier reads showed. */
  readonly order: ReplicaOrder;
  /** Learned from `/api/v1/status/config`; undefined when not known, or too old to be used without asking again. */
  readonly externalLabels: Readonly<Record<string, string>> | undefined;
  /** Whether to ask now; false while `externalLabels` is known, and for a while after a server did not tell. */
  readonly askExternalLabels: boolean;
  /** Decompressed size of its last whole answer to the same request; Infinity where more has to be believed as well. */
  readonly usualBytes: number;
}

/** What left in a response, as far as a later sample must not be older: plain data. */
export interface Given {
  /**
   * Newest timestamp, Unix ms; -Infinity when none. Neither series kept apart by replica count, nor those in `ahead`.
   */
  readonly newestGivenMs: number;
  /** The same by family; one that came in several parts is there several times. */
  readonly families: FilledTable;
  /** Series that left with a timestamp ahead of the clock. */
  readonly ahead: FilledTable;
}

/** What a task observed of a shard: plain data. */
export interface ShardOutcome extends Given {
  /** `failed`: no replica carried the join to its end. */
  readonly status: 'complete' | 'failed';
  /** In the order of `ShardConfig.replicas`. */
  readonly replicas: readonly ReplicaOutcome[];
  /** What had left before the replica took over that led at the end; undefined where that led from the beginning. */
  readonly givenBefore?: Given | undefined;
  /** New or advanced entries. */
  readonly filled: FilledTable;
  /** Entries that the leader has passed: to be removed. */
  readonly passed: FilledTable;
  /** More series missing in the leader than the table may hold. */
  readonly filledOverflow: boolean;
  /** What the replicas had of a sample of the series that several of them have. */
  readonly sampled: SampledSeries;
  /** Replica that led at the end; differs from the view's when the leader died in mid-stream. */
  readonly leader: number;
  readonly seriesOut: number;
  /** Kept from leaving because a newer sample of the series may have been given out. */
  readonly suppressed: number;
  /** Series of a follower that left. */
  readonly filledSeries: number;
  /** Series that came twice from one replica, or came after their family was over: dropped. */
  readonly duplicates: number;
  /** Undefined where the view expected nothing. */
  readonly counted?: CountedFamilies | undefined;
}

/** Series side by side: plain data. Entry `i * replicas + r` of the columns belongs to series `i` and replica `r`. */
export interface SampledSeries {
  /** Label sets as they leave, as text. Unique. */
  readonly labels: readonly string[];
  /** Unix ms; NaN where the sample has none, -Infinity where the replica lacks the series. */
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** `dropped`: owed bytes longer than the hedge delay while a sibling waited. */
export type ReplicaResult = 'unused' | 'complete' | 'failed' | 'dropped';

export interface ReplicaOutcome {
  readonly result: ReplicaResult;
  readonly error?: PlainError;
  readonly series: number;
  /** Series that siblings had and this one lacked, over the part that was joined. */
  readonly missing: number;
  /** Unix ms; -Infinity when no sample was seen. */
  readonly newestSampleMs: number;
  readonly bytes: number;
  readonly wireBytes: number;
  /** From asking to the first byte of the body; NaN when not reached. */
  readonly firstByteMs: number;
  /** From asking to the end of the body; NaN when not reached. */
  readonly durationMs: number;
  readonly order: ReplicaOrder;
  /** By how much the replica's clock is at least ahead of ours, Unix ms; NaN where it did not tell the time. */
  readonly clockSkewMs: number;
  /** When asked and answered. */
  readonly externalLabels?: Readonly<Record<string, string>>;
}

/** A table without entries. */
export function emptyFilledTable(): FilledTable {
  return { hashes: new Uint32Array(0), timestampsMs: new Float64Array(0) };
}

/** A sample of no series. */
export function nothingSampled(): SampledSeries {
  return { labels: [], timestampsMs: new Float64Array(0), values: new Float64Array(0) };
}

/** Of a shard that has given out nothing. */
export function nothingGiven(): GivenView {
  const none = emptyFilledTable();
  return {
    watermarkMs: -Infinity,
    frozenFamilies: none,
    newestGivenMs: -Infinity,
    givenFamilies: none,
    filled: none,
    ahead: none,
    frozenAhead: none,
    aheadFromMs: Infinity,
  };
}
