import type { DeduplicationConfig } from '../config/config.ts';
import { createBackoff } from './change-backoff.ts';
import { createCompleteness } from './completeness.ts';
import { createLeaderComplaints } from './leader-complaints.ts';
import { failedByItself } from './replica-memory.ts';
import type { ShardOutcome } from './shard-view.ts';
import { bestOf, compareReplicas, isFuller, lacksMoreThan, type Standing, type Standings } from './standings.ts';

/** `removed`: a configuration came that does not have it any more. */
export type LeaderChangeReason = 'failed' | 'ahead' | 'lagging' | 'incomplete' | 'overflow' | 'removed';

export interface LeaderVerdict {
  /** Index of the replica that leads from now on; never the one that led. */
  readonly leader: number;
  readonly reason: Exclude<LeaderChangeReason, 'removed'>;
}

export interface LeaderElection {
  /**
   * The change that an outcome of the current leader calls for, if any; it has to be made. The same outcomes at the same
   * times give the same verdicts on every gateway.
   */
  judge(leader: number, outcome: ShardOutcome, nowMs: number): LeaderVerdict | undefined;
  /** A new leader starts without complaints. */
  reset(): void;
  /** From now on indices stand for other replicas: what each lacked is forgotten. */
  renumber(): void;
}

/**
 * When a sticky leader loses its place: at once when its read failed and a sibling carried on; at once when it suddenly
 * lacks most of a wide request, as after a restart without its data, or when the table of filled series ran over; and
 * after `leaderPatienceMs` when its samples are from the future, lag, or when it lacks too many series. Only a sibling
 * without such a fault takes its place, and each change makes the next one harder. Failing is all that counts in strategy
 * `leader`, where siblings are not read.
 */
export function createLeaderElection(deduplication: DeduplicationConfig): LeaderElection {
  const { maxLeaderMissingRatio, leaderPatienceMs: patienceMs, strategy } = deduplication;
  const complaints = createLeaderComplaints(deduplication);
  let completeness = createCompleteness(Math.max(1, patienceMs));
  const backoff = createBackoff(patienceMs);

  const judgeAtOnce = (
    own: Standing,
    best: Standing,
    outcome: ShardOutcome,
    nowMs: number,
  ): LeaderVerdict | undefined => {
    if (!isFuller(best, own)) return undefined;
    if (outcome.filledOverflow && 2 * best.missing <= own.missing) return { leader: best.index, reason: 'overflow' };
    const isWide = 2 * (own.missing + own.series) >= completeness.widest(nowMs);
    const hasCollapsed = isWide && lacksMoreThan(own, 0.5) && !lacksMoreThan(best, maxLeaderMissingRatio);
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
    judge(leader, outcome, nowMs) {
      completeness.observe(outcome.replicas, nowMs);
      const successor = successorOfFailed(leader, outcome);
      if (successor !== undefined) return { leader: successor, reason: 'failed' };
      if (strategy === 'leader') return undefined;
      const standings = compareReplicas(leader, outcome, { deduplication, completeness, nowMs });
      return standings === undefined ? undefined : judgeBySiblings(standings, outcome, nowMs);
    },
    reset: () => complaints.withdraw(),
    renumber: () => void (completeness = createCompleteness(Math.max(1, patienceMs))),
  };
}

/** Who took over in mid-stream, or else the first sibling that was read to its end where the leader was not. */
function successorOfFailed(leader: number, outcome: ShardOutcome): number | undefined {
  // When all are down, taking turns would only be noise.
  if (outcome.status === 'failed' && gaveNothing(outcome)) return undefined;
  if (outcome.leader !== leader && outcome.replicas[outcome.leader] !== undefined) return outcome.leader;
  const own = outcome.replicas[leader];
  if (own === undefined || !(own.result === 'dropped' || failedByItself(own))) return undefined;
  const sibling = outcome.replicas.findIndex((replica) => replica.result === 'complete');
  return sibling === -1 ? undefined : sibling;
}

/** No sample that a later one could fall behind. */
function gaveNothing({ newestGivenMs, ahead }: ShardOutcome): boolean {
  return newestGivenMs === -Infinity && ahead.timestampsMs.length === 0;
}
