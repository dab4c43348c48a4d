import { escapeName, type EscapingScheme } from '../../exposition/escaping.ts';
import { ExternalRuns, type OutgoingRun, RunNames } from '../../exposition/text/external-run.ts';
import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { type GatewayError, type PlainError, toGatewayError, toPlainError } from '../../model/errors.ts';
import type { LabelSet } from '../../model/label-set.ts';
import type { FilledTable, ReplicaOrder } from '../../topology/shard-view.ts';
import type { BlockWriter } from './block-writer.ts';
import { compareLines, decodeMetricName } from './compare-lines.ts';
import { decodeLabels, decodeValue } from './decode-line.ts';
import type { FamilyAction, KeepReplicas } from './family-action.ts';
import { type FamilyHead, isComposite } from './family-head.ts';
import { GivenSeries } from './given-series.ts';
import { learnExternalLabels, LEARNING_BYTES } from './learn-external-labels.ts';
import { ReplicaCursor } from './replica-cursor.ts';
import { END, LINE } from './replica-stream.ts';
import { SampleGate } from './sample-gate.ts';

export interface JoinReplica {
  /** Undefined where the replica did not tell: then they are inferred from its first lines. */
  readonly externalLabels: Readonly<Record<string, string>> | undefined;
  readonly order: ReplicaOrder;
  /** False where it takes part only once {@link ShardJoin.start} is called. Default true. */
  readonly isStarted?: boolean;
}

export interface ShardJoinOptions {
  readonly replicas: readonly JoinReplica[];
  /** Index into `replicas`. */
  readonly leader: number;
  /** Unix ms: samples of the leader leave only if newer. */
  readonly watermarkMs: number;
  /** Newest timestamp given out in responses finished before this one, Unix ms. */
  readonly newestGivenMs: number;
  readonly filled: FilledTable;
  /** 0 for no limit. */
  readonly maxFilledSeries: number;
  readonly replicaLabels: readonly string[];
  /** Added to the external labels of a line that lacks them. */
  readonly attachedLabels: Readonly<Record<string, string>>;
  /** Decide {@link Segment.compared}. */
  readonly shardLabels: Readonly<Record<string, string>>;
  readonly keepReplicas: KeepReplicas;
  readonly timestamps: 'keep' | 'drop';
  readonly escaping: EscapingScheme;
  readonly limits: JoinLimits;
  /** Asked once for each metric name in a row. */
  readonly family: (name: string) => FamilyAction;
}

/** Each 0 for no limit. */
export interface JoinLimits {
  readonly maxLineBytes: number;
  readonly maxLabelsPerSeries: number;
  /** Of one replica. */
  readonly maxBufferedBytes: number;
}

/**
 * `need`: nothing goes on before one of `replicas` gets bytes, its end or its failure; `ready` have a line and wait.
 * `full`: the writer has no room. `failed`: no replica carried the join to its end; what was written holds all the same.
 */
export type JoinStatus =
  | { readonly kind: 'need'; readonly replicas: readonly number[]; readonly ready: readonly number[] }
  | { readonly kind: 'full' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed' };

/** Joins the byte streams of one shard's replicas: each series once. Synchronous; no I/O, no clock. */
export interface ShardJoin {
  /**
   * Hands over bytes of a replica's body, cut anywhere; they are copied. Meant for replicas that `need` them: what is
   * pushed ahead is held in memory.
   */
  push(replica: number, chunk: Uint8Array): void;
  /** The body is complete. */
  end(replica: number): void;
  /** The replica died or was dropped; siblings go on. No effect once it has ended. */
  fail(replica: number, error: GatewayError): void;
  /** A replica that was not started takes part from now on; series that were given out are skipped. */
  start(replica: number): void;
  /** Writes lines until the writer is full, bytes are needed, or the join is at its end. */
  advance(out: BlockWriter): JoinStatus;
  /** What was seen so far; meant for after the end. */
  summary(): JoinSummary;
}

export interface JoinSummary {
  readonly status: 'complete' | 'failed';
  /** In the order of the options. */
  readonly replicas: readonly JoinReplicaSummary[];
  /** Newest timestamp that left, Unix ms; -Infinity when none. Series kept apart by replica do not count. */
  readonly newestGivenMs: number;
  /** New or advanced entries. */
  readonly filled: FilledTable;
  /** Entries that the leader has passed. */
  readonly passed: FilledTable;
  readonly filledOverflow: boolean;
  /** The replica that led at the end. */
  readonly leader: number;
  readonly seriesOut: number;
  /** Kept from leaving because a newer sample of the series may have been given out. */
  readonly suppressed: number;
  /** Series of a follower that left. */
  readonly filledSeries: number;
  /** Series that came twice from one replica, or came after their family was over: dropped. */
  readonly duplicates: number;
  /** Lines that left without the label bytes of the shard. */
  readonly comparedLines: number;
}

export interface JoinReplicaSummary {
  readonly result: 'unused' | 'complete' | 'failed';
  readonly error?: PlainError;
  readonly series: number;
  /** Series that siblings had and this one lacked, over the part that was joined. */
  readonly missing: number;
  /** Unix ms; -Infinity when no sample was seen. */
  readonly newestSampleMs: number;
  /** Of the decoded body, as far as it was handed over. */
  readonly bytes: number;
  readonly order: ReplicaOrder;
  /** `unknown`: they were not told and nothing could be learned, so that no replica label was stripped. */
  readonly externalLabels: 'known' | 'learned' | 'unknown';
}
