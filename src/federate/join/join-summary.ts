import { type PlainError, toPlainError } from '../../model/errors.ts';
import type { ReplicaOrder, ShardOutcome } from '../../topology/shard-view.ts';
import type { JoinMember } from './join-member.ts';

/** The join's share of what is observed of a shard. */
export interface JoinSummary extends Omit<ShardOutcome, 'replicas'> {
  /** In the order of the options. */
  readonly replicas: readonly JoinReplicaSummary[];
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

/** What was seen of one member so far. */
export function summaryOf(member: JoinMember): JoinReplicaSummary {
  const { cursor, state, error } = member;
  return {
    result: state === 'ended' ? 'complete' : state === 'idle' ? 'unused' : 'failed',
    ...(error === undefined ? {} : { error: toPlainError(error) }),
    series: cursor.series,
    missing: member.missing,
    newestSampleMs: cursor.newestSampleMs,
    bytes: member.bytes,
    order: cursor.order,
    externalLabels: member.identity,
  };
}
