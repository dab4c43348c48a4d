import type { PlainError } from '../model/errors.ts';

/**
 * Series that the leader lacks, or has passed again: plain data that survives a thread boundary. A sample of a series in
 * the table leaves only if it is newer than its entry and than the watermark.
 */
export interface FilledTable {
  /** Two words per series (low, high): the label set hash of `exposition/text/label-set-hash.ts`. Unique pairs. */
  readonly hashes: Uint32Array;
  /** `timestampsMs[i]` belongs to the words `2 * i` and `2 * i + 1`: the last timestamp given out, Unix ms. */
  readonly timestampsMs: Float64Array;
}

/** Whether the lines of a replica's answer come in label set order inside a family, and the families in name order. */
export type ReplicaOrder = 'unknown' | 'sorted' | 'unsorted';

/** What the main thread knows of a shard when a request starts: a copy that a task may keep and transfer. */
export interface ShardView {
  /** Counts the changes of leader; an outcome of an older epoch does not undo a newer change. */
  readonly epoch: number;
  /** Index into `ShardConfig.replicas`. */
  readonly leader: number;
  /** Unix ms, frozen at the last change of leader; -Infinity when none is in force. */
  readonly watermarkMs: number;
  /** Newest timestamp given out in responses finished before this one, Unix ms; -Infinity at first. */
  readonly newestGivenMs: number;
  readonly filled: FilledTable;
  /** In the order of `ShardConfig.replicas`. */
  readonly replicas: readonly ReplicaView[];
  readonly hedgeDelayMs: number;
}

export interface ReplicaView {
  /** What earlier reads showed. */
  readonly order: ReplicaOrder;
  /** Learned from `/api/v1/status/config`; undefined when not known, or too old to be used without asking again. */
  readonly externalLabels: Readonly<Record<string, string>> | undefined;
  /** Whether to ask now; false while `externalLabels` is known, and for a while after a server did not tell. */
  readonly askExternalLabels: boolean;
}

/** What a task observed of a shard: plain data. */
export interface ShardOutcome {
  /** `failed`: no replica carried the join to its end. */
  readonly status: 'complete' | 'failed';
  /** In the order of `ShardConfig.replicas`. */
  readonly replicas: readonly ReplicaOutcome[];
  /** Newest timestamp that left in this response, Unix ms; -Infinity when none. Series kept apart by replica do not count. */
  readonly newestGivenMs: number;
  /** New or advanced entries. */
  readonly filled: FilledTable;
  /** Entries that the leader has passed: to be removed. */
  readonly passed: FilledTable;
  /** More series missing in the leader than the table may hold. */
  readonly filledOverflow: boolean;
  /** Replica that led at the end; differs from the view's when the leader died in mid-stream. */
  readonly leader: number;
  readonly seriesOut: number;
  /** Kept from leaving because a newer sample of the series may have been given out. */
  readonly suppressed: number;
  /** Series of a follower that left. */
  readonly filledSeries: number;
  /** Series that came twice from one replica, or came after their family was over: dropped. */
  readonly duplicates: number;
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
  /** When asked and answered. */
  readonly externalLabels?: Readonly<Record<string, string>>;
}

/** A table without entries. */
export function emptyFilledTable(): FilledTable {
  return { hashes: new Uint32Array(0), timestampsMs: new Float64Array(0) };
}
