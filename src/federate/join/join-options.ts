import type { GivenView, ReplicaOrder } from '../../topology/shard-view.ts';
import type { FamilyAction, KeepReplicas } from './family-action.ts';
import type { JoinKernel } from './kernel/join-kernel.ts';
import type { SeriesDecision } from './series-decision.ts';
import type { JoinExpectation } from './sibling-call.ts';

export interface JoinReplica {
  /** Undefined where the replica did not tell: then they are inferred from its first lines. */
  readonly externalLabels: Readonly<Record<string, string>> | undefined;
  readonly order: ReplicaOrder;
  /** False where it takes part only once {@link ShardJoin.start} is called. Default true. */
  readonly isStarted?: boolean;
}

export interface ShardJoinOptions extends GivenView {
  readonly replicas: readonly JoinReplica[];
  /** Index into `replicas`. */
  readonly leader: number;
  /** Who takes its place, best first; those that are not in it come after those that are. Only one that runs or has ended can lead. */
  readonly succession: readonly number[];
  /** 0 for no limit. */
  readonly maxFilledSeries: number;
  readonly replicaLabels: readonly string[];
  /** Added to the external labels of a line that lacks them. */
  readonly attachedLabels: Readonly<Record<string, string>>;
  /** Decide {@link Segment.compared}. */
  readonly shardLabels: Readonly<Record<string, string>>;
  readonly keepReplicas: KeepReplicas;
  readonly timestamps: 'keep' | 'drop';
  readonly limits: JoinLimits;
  /** Without it every line is joined by itself. */
  readonly kernel?: JoinKernel | undefined;
  /** Where a single replica is read: what it is held against. Undefined: nothing is counted. */
  readonly expectation?: JoinExpectation | undefined;
  /** As {@link ShardJoin.sampleMask} of a join of the same shard; default 0. */
  readonly sampleMask?: number;
  /** Asked once for each metric name in a row. */
  readonly family: (name: string) => FamilyAction;
  /** Told of each series that may leave, and of what became of it. */
  readonly onDecision?: ((decision: SeriesDecision) => void) | undefined;
}

/** Each 0 for no limit. */
interface JoinLimits {
  readonly maxLineBytes: number;
  readonly maxLabelsPerSeries: number;
  readonly maxLabelValueBytes: number;
  /** Of one replica. */
  readonly maxBufferedBytes: number;
}
