import type { PlainError } from '../../model/errors.ts';
import { emptyFilledTable, nothingSampled, type ReplicaOutcome, type ShardOutcome } from '../../topology/shard-view.ts';
import type { JoinReplicaSummary, JoinSummary } from '../join/join-summary.ts';
import type { ShardJoin } from '../join/shard-join.ts';
import type { ShardAggregation } from '../rules/shard-aggregation.ts';
import type { ReplicaRead } from './replica-read.ts';
import type { ShardTask, ShardTaskResult } from './shard-task.ts';

export interface TaskEnd {
  readonly task: ShardTask;
  readonly reads: readonly ReplicaRead[];
  /** Replica names for messages. */
  readonly names: readonly string[];
  /** Undefined when no replica answered. */
  readonly join: ShardJoin | undefined;
  readonly aggregation: ShardAggregation | undefined;
  readonly thread: number;
}

/** What a join would say that never began. */
const nothing: Omit<JoinSummary, 'leader'> = {
  status: 'failed',
  replicas: [],
  newestGivenMs: -Infinity,
  families: emptyFilledTable(),
  ahead: emptyFilledTable(),
  sampled: nothingSampled(),
  filled: emptyFilledTable(),
  passed: emptyFilledTable(),
  filledOverflow: false,
  seriesOut: 0,
  suppressed: 0,
  filledSeries: 0,
  duplicates: 0,
  comparedLines: 0,
};

/** Puts together what the reads and the join observed. */
export function summariseTask({ task, reads, names, join, aggregation, thread }: TaskEnd): ShardTaskResult {
  const summary = join?.summary();
  const replicas = reads.map((read, index) => replicaOutcome(read, summary?.replicas[index], task, index));
  const isComplete = summary?.status === 'complete';
  return {
    outcome: shardOutcome(task, summary, replicas),
    partials: isComplete ? aggregation?.result() : undefined,
    error: isComplete ? undefined : shardError(replicas, names),
    comparedLines: summary?.comparedLines ?? 0,
    scannedBytes: replicas.reduce((bytes, replica) => bytes + replica.bytes, 0),
    thread,
  };
}

function shardOutcome(
  task: ShardTask,
  summary: JoinSummary | undefined,
  replicas: readonly ReplicaOutcome[],
): ShardOutcome {
  const { leader } = task.view;
  const { comparedLines: _, replicas: __, ...seen } = summary ?? { ...nothing, leader };
  return { ...seen, replicas };
}

function replicaOutcome(
  read: ReplicaRead,
  seen: JoinReplicaSummary | undefined,
  task: ShardTask,
  index: number,
): ReplicaOutcome {
  // The join finds what is wrong with the bytes, the read what is wrong with getting them.
  const error = seen?.error ?? read.error;
  const hasFailed = error !== undefined && read.result !== 'dropped';
  return {
    result: hasFailed ? 'failed' : read.result,
    ...(error !== undefined && { error }),
    series: seen?.series ?? 0,
    missing: seen?.missing ?? 0,
    newestSampleMs: seen?.newestSampleMs ?? -Infinity,
    bytes: read.bytes,
    wireBytes: read.wireBytes,
    firstByteMs: read.firstByteMs,
    durationMs: read.durationMs,
    clockSkewMs: read.clockSkewMs,
    order: seen?.order ?? task.view.replicas[index]!.order,
    ...(read.externalLabels !== undefined && { externalLabels: read.externalLabels }),
  };
}

function shardError(replicas: readonly ReplicaOutcome[], names: readonly string[]): PlainError {
  const reasons = replicas.flatMap(({ error }, index) =>
    error === undefined ? [] : [`${names[index]}: ${error.message}`],
  );
  const first = replicas.find(({ error }) => error !== undefined)?.error;
  const what = reasons.length === 0 ? 'the read was given up' : `no replica answered whole (${reasons.join('; ')})`;
  return { code: first?.code ?? 'PG_UPSTREAM_CLOSED', message: what, details: {} };
}
