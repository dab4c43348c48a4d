import type { DeduplicationConfig, ShardConfig } from '../config/config.ts';
import { createGivenPast } from './given-past.ts';
import { createHedgeDelay } from './hedge-delay.ts';
import { createLeaderElection, type LeaderChangeReason } from './leader-election.ts';
import { createReplicaMemory, type ReplicaDescription } from './replica-memory.ts';
import type { ShardOutcome, ShardView } from './shard-view.ts';

export interface LeaderChange {
  /** Names of replicas; equal when the shard keeps its leader but its past is frozen anew. */
  readonly from: string;
  readonly to: string;
  readonly reason: LeaderChangeReason;
}

interface ShardDescription {
  readonly shard: string;
  readonly leader: string;
  readonly epoch: number;
  /** Unix ms; -Infinity when none is in force. */
  readonly watermarkMs: number;
  readonly newestGivenMs: number;
  readonly filledSeries: number;
  readonly hedgeDelayMs: number;
  /** Whether a complete answer was given since the start. */
  readonly answered: boolean;
  /** In the order of the configuration. */
  readonly replicas: readonly (ReplicaDescription & { readonly name: string })[];
}

export interface ShardState {
  /** The replica to prefer, an index into `ShardConfig.replicas`. */
  leader(): number;
  /** What a request that starts now has to know: a copy. */
  view(nowMs: number): ShardView;
  /**
   * Takes in what a request observed, and tells whether that changed the leader. `view` is the one the request was given;
   * outcomes may come in any order. A request that ended early (client gone) has to be finished as well when something
   * of this shard was given out; its `leader` is then the view's unless that one failed by itself.
   */
  finish(view: ShardView, outcome: ShardOutcome, nowMs: number): LeaderChange | undefined;
  describe(nowMs: number): ShardDescription;
}

/**
 * Leader, watermark, filled series and replica knowledge of one shard (design §4.1): a state machine without I/O and
 * clock, so that every gateway that sees the same outcomes decides alike.
 */
export function createShardState(
  shard: ShardConfig,
  deduplication: DeduplicationConfig,
  lookbackDeltaMs: number,
): ShardState {
  const replicas = shard.replicas.map(() => createReplicaMemory());
  const election = createLeaderElection(deduplication);
  const hedge = createHedgeDelay(deduplication.minHedgeDelayMs);
  const past = createGivenPast(lookbackDeltaMs, deduplication.maxFilledSeries);
  let epoch = 0;
  let leader = 0;
  let answered = false;
  const nameOf = (replica: number): string => shard.replicas[replica]?.name ?? '';
  const changeLeader = (to: number, reason: LeaderChangeReason): LeaderChange => {
    const change = { from: nameOf(leader), to: nameOf(to), reason };
    // Complaints are about the replica that leads.
    if (to !== leader) election.reset();
    leader = to;
    epoch++;
    past.freeze();
    return change;
  };

  return {
    leader: () => leader,
    view: (nowMs) => ({
      epoch,
      leader,
      ...past.view(nowMs),
      replicas: replicas.map((replica) => replica.view(nowMs)),
      hedgeDelayMs: hedge.delayMs(),
    }),

    finish(view, outcome, nowMs) {
      answered ||= outcome.status === 'complete';
      for (const [index, replica] of outcome.replicas.entries()) {
        replicas[index]?.observe(replica, view.replicas[index]?.askExternalLabels ?? false, nowMs);
        hedge.observe(replica.firstByteMs);
      }
      past.gave(outcome, nowMs);
      if (view.epoch !== epoch) {
        // It gave out samples of a leader that was replaced meanwhile: the new one must not fall behind those either.
        past.freezeLate(outcome);
        return undefined;
      }
      const verdict = election.judge(leader, outcome, nowMs);
      if (verdict !== undefined) return changeLeader(verdict.leader, verdict.reason);
      // What finds no place in the table, or no longer in that of several requests, has the watermark stand in for it.
      return past.merge(outcome) && !outcome.filledOverflow ? undefined : changeLeader(leader, 'overflow');
    },

    describe: (nowMs) => ({
      shard: shard.name,
      leader: nameOf(leader),
      epoch,
      watermarkMs: past.watermarkMs(nowMs),
      newestGivenMs: past.newestGivenMs,
      filledSeries: past.filledSeries,
      hedgeDelayMs: hedge.delayMs(),
      answered,
      replicas: replicas.map((replica, index) => ({ name: nameOf(index), ...replica.describe() })),
    }),
  };
}
