import type { DeduplicationConfig } from '../config/config.ts';
import { createBackoff } from './change-backoff.ts';
import { createCompleteness } from './completeness.ts';
import { createFreshness } from './freshness.ts';
import { createLeaderComplaints } from './leader-complaints.ts';
import { failedByItself } from './replica-memory.ts';
import type { ShardOutcome, ShardView } from './shard-view.ts';
import { bestOf, compareReplicas, isFuller, lacksMoreThan, type Standing, type Standings } from './standings.ts';
import type { LastStanding } from './succession.ts';

/** `removed`: a configuration came that does not have it any more. */
export type LeaderChangeReason = 'failed' | 'ahead' | 'lagging' | 'incomplete' | 'overflow' | 'removed';

export interface LeaderVerdict {
  /** Index of the replica that leads from now on; never the one that led. */
  readonly leader: number;
  readonly reason: Exclude<LeaderChangeReason, 'removed'>;
}

/** Who leads, and who is to follow should that one fail, best first: what the request was given. */
type Leadership = Pick<ShardView, 'leader' | 'succession'>;

export interface LeaderElection {
  /**
   * The change that an outcome of the current leader calls for, if any; it has to be made. The same outcomes at the same
   * times give the same verdicts on every gateway.
   */
  judge(leadership: Leadership, outcome: ShardOutcome, nowMs: number): LeaderVerdict | undefined;
  /** How a replica stood when it was last compared. */
  standing(replica: number): LastStanding;
  /** A new leader starts without complaints. */
  reset(): void;
  /** From now on indices stand for other replicas: what each lacked is forgotten. */
  renumber(): void;
}

/**
 * When a sticky leader loses its place: at once when its read failed and a sibling carried on; at once when it suddenly
 * lacks most of a wide request, as after a restart without its data, or when the table of filled series ran over; and
 * after `leaderPatienceMs` when its samples are from the future, lag, or when it lacks too many series. Only a sibling
 * without such a fault takes its place, and each change makes the next one harder. In strategy `leader` only failing counts
 * as long as no sibling is read.
 */
export function createLeaderElection(deduplication: DeduplicationConfig): LeaderElection {
  const { maxLeaderMissingRatio, leaderPatienceMs: patienceMs } = deduplication;
  const complaints = createLeaderComplaints(deduplication);
  let completeness = createCompleteness(Math.max(1, patienceMs));
  let freshness = createFreshness();
  const backoff = createBackoff(patienceMs);

  const isWide = ({ missing, series }: Standing, nowMs: number): boolean =>
    2 * (missing + series) >= completeness.widest(nowMs);

  const judgeAtOnce = (
    own: Standing,
    best: Standing,
    outcome: ShardOutcome,
    nowMs: number,
  ): LeaderVerdict | undefined => {
    if (!isFuller(best, own)) return undefined;
    if (outcome.filledOverflow && 2 * best.missing <= own.missing) return { leader: best.index, reason: 'overflow' };
    const hasCollapsed = isWide(own, nowMs) && lacksMoreThan(own, 0.5) && !lacksMoreThan(best, maxLeaderMissingRatio);
    return hasCollapsed ? { leader: best.index, reason: 'incomplete' } : undefined;
  };

  const judgeBySiblings = (standings: Standings, outcome: ShardOutcome, nowMs: number): LeaderVerdict | undefined => {
    const best = bestOf(standings.siblings);
    const atOnce =
      best !== undefined && backoff.allows(nowMs) ? judgeAtOnce(standings.own, best, outcome, nowMs) : undefined;
    const reason = complaints.standing(standings, nowMs, backoff.patienceMs(nowMs));
    const withPatience = best === undefined || reason === undefined ? undefined : { leader: best.index, reason };
    const verdict = atOnce ?? withPatience;
    if (verdict !== undefined) backoff.changed(nowMs);
    return verdict;
  };

  return {
    judge({ leader, succession }, outcome, nowMs) {
      completeness.observe(outcome.replicas, nowMs);
      for (const [index, replica] of outcome.replicas.entries()) if (failedByItself(replica)) freshness.forget(index);
      const successor = successorOfFailed(leader, outcome, succession);
      if (successor !== undefined) return { leader: successor, reason: 'failed' };
      const standings = compareReplicas(leader, outcome, { deduplication, completeness, nowMs });
      if (standings === undefined) return undefined;
      if (isWide(standings.own, nowMs)) freshness.observe(standings);
      return judgeBySiblings(standings, outcome, nowMs);
    },
    standing: (replica) => ({
      isStale: freshness.isStale(replica),
      missingShare: completeness.missingShare(replica),
    }),
    reset: () => complaints.withdraw(),
    renumber() {
      completeness = createCompleteness(Math.max(1, patienceMs));
      freshness = createFreshness();
    },
  };
}

/** Who took over in mid-stream, or else the next in the succession that was read to its end where the leader was not. */
function successorOfFailed(leader: number, outcome: ShardOutcome, succession: readonly number[]): number | undefined {
  // When all are down, taking turns would only be noise.
  if (outcome.status === 'failed' && gaveNothing(outcome)) return undefined;
  if (outcome.leader !== leader && outcome.replicas[outcome.leader] !== undefined) return outcome.leader;
  const own = outcome.replicas[leader];
  if (own === undefined || !(own.result === 'dropped' || failedByItself(own))) return undefined;
  return succession.find((sibling) => outcome.replicas[sibling]?.result === 'complete');
}

/** No sample that a later one could fall behind. */
function gaveNothing({ newestGivenMs, ahead }: ShardOutcome): boolean {
  return newestGivenMs === -Infinity && ahead.timestampsMs.length === 0;
}
