import type { DeduplicationConfig } from '../config/config.ts';
import { createComplaint } from './complaint.ts';
import { failedByItself } from './replica-memory.ts';
import type { ReplicaOutcome, ShardOutcome } from './shard-view.ts';

/** `removed`: a configuration came that does not have it any more. */
export type LeaderChangeReason = 'failed' | 'lagging' | 'incomplete' | 'overflow' | 'removed';

export interface LeaderVerdict {
  /** Index of the replica that leads from now on; never the one that led. */
  readonly leader: number;
  readonly reason: Exclude<LeaderChangeReason, 'removed'>;
}

export interface LeaderElection {
  /**
   * The change that an outcome of the current leader calls for, if any. The same outcomes at the same times give the
   * same verdicts on every gateway.
   */
  judge(leader: number, outcome: ShardOutcome, nowMs: number): LeaderVerdict | undefined;
  /** A new leader starts without complaints. */
  reset(): void;
}

/**
 * When a sticky leader loses its place: at once when its read failed and a sibling carried on, or when the table of
 * filled series ran over and a sibling lacks fewer; after `leaderPatienceMs` when it lags or lacks too many series.
 * Failing is all that counts in strategy `leader`, where siblings are not read.
 */
export function createLeaderElection(deduplication: DeduplicationConfig): LeaderElection {
  const lagging = createComplaint(deduplication.leaderPatienceMs);
  const incomplete = createComplaint(deduplication.leaderPatienceMs);

  const judgeBySiblings = (own: ReplicaOutcome, rivals: Rivals, nowMs: number): LeaderVerdict | undefined => {
    const { newest, fullest } = rivals;
    const lagMs = newest.newestSampleMs - own.newestSampleMs;
    const lags = lagging.observe({ shown: lagMs > deduplication.maxLeaderLagMs, series: newest.series, nowMs });
    const total = own.series + own.missing;
    const lacks = incomplete.observe({
      shown: own.missing > deduplication.maxLeaderMissingRatio * total && fullest.missing < own.missing,
      series: total,
      nowMs,
    });
    if (lags) return { leader: newest.index, reason: 'lagging' };
    return lacks ? { leader: fullest.index, reason: 'incomplete' } : undefined;
  };

  return {
    judge(leader, outcome, nowMs) {
      const successor = successorOfFailed(leader, outcome);
      if (successor !== undefined) return { leader: successor, reason: 'failed' };
      const own = outcome.replicas[leader];
      const rivals = findRivals(leader, outcome);
      if (deduplication.strategy === 'leader' || own?.result !== 'complete' || rivals === undefined) return undefined;
      if (outcome.filledOverflow && rivals.fullest.missing < own.missing) {
        return { leader: rivals.fullest.index, reason: 'overflow' };
      }
      return judgeBySiblings(own, rivals, nowMs);
    },
    reset() {
      lagging.withdraw();
      incomplete.withdraw();
    },
  };
}

/** Who took over in mid-stream, or else the first sibling that was read to its end where the leader was not. */
function successorOfFailed(leader: number, outcome: ShardOutcome): number | undefined {
  // When all are down, taking turns would only be noise.
  if (outcome.status === 'failed' && outcome.newestGivenMs === -Infinity) return undefined;
  if (outcome.leader !== leader && outcome.replicas[outcome.leader] !== undefined) return outcome.leader;
  const own = outcome.replicas[leader];
  if (own === undefined || !(own.result === 'dropped' || failedByItself(own))) return undefined;
  const sibling = outcome.replicas.findIndex((replica) => replica.result === 'complete');
  return sibling === -1 ? undefined : sibling;
}

type Rival = ReplicaOutcome & { readonly index: number };

interface Rivals {
  /** With the newest sample; of equal ones the first. */
  readonly newest: Rival;
  /** Lacking the fewest series; of equal ones the first. */
  readonly fullest: Rival;
}

/** Undefined when no sibling was read to its end, or the request selected nothing, and so shows nothing. */
function findRivals(leader: number, outcome: ShardOutcome): Rivals | undefined {
  const siblings = outcome.replicas
    .map((replica, index): Rival => ({ ...replica, index }))
    .filter(({ index, result }) => index !== leader && result === 'complete');
  const [first] = siblings;
  if (first === undefined || siblings.every(({ series }) => series === 0)) return undefined;
  return {
    newest: siblings.reduce((best, rival) => (rival.newestSampleMs > best.newestSampleMs ? rival : best), first),
    fullest: siblings.reduce((best, rival) => (rival.missing < best.missing ? rival : best), first),
  };
}
