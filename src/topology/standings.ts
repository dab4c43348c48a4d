import type { DeduplicationConfig } from '../config/config.ts';
import type { Completeness } from './completeness.ts';
import type { ReplicaOutcome, ShardOutcome } from './shard-view.ts';

/** How a replica that was read to its end stands against its siblings. */
export interface Standing extends ReplicaOutcome {
  readonly index: number;
  /** Whether its samples are from a future that a sibling's are not from. */
  readonly isAhead: boolean;
  /** Whether its newest sample is too much older than a sibling's, those ahead aside. */
  readonly lags: boolean;
  /** See {@link Completeness.missingShare}. */
  readonly missingShare: number;
}

export interface Standings {
  readonly own: Standing;
  /** In the order of the replicas; at least one. */
  readonly siblings: readonly Standing[];
  /** Of the replicas that are not ahead, Unix ms. */
  readonly newestSampleMs: number;
}

export interface StandingDeps {
  readonly deduplication: DeduplicationConfig;
  readonly completeness: Completeness;
  readonly nowMs: number;
}

/** Undefined when leader or siblings were not read to their end, or the request selected nothing, and so shows nothing. */
export function compareReplicas(leader: number, outcome: ShardOutcome, deps: StandingDeps): Standings | undefined {
  const { maxLeaderLagMs } = deps.deduplication;
  const complete = [...outcome.replicas.entries()].filter(([, { result }]) => result === 'complete');
  const siblings = complete.filter(([index]) => index !== leader);
  if (siblings.length === complete.length || siblings.every(([, { series }]) => series === 0)) return undefined;
  const isInFuture = ({ newestSampleMs }: ReplicaOutcome): boolean => newestSampleMs > deps.nowMs + maxLeaderLagMs;
  // Where all are, it is our clock that is behind, or their targets' that is ahead.
  const canTell = complete.some(([, replica]) => replica.series > 0 && !isInFuture(replica));
  const isAhead = (replica: ReplicaOutcome): boolean => canTell && isInFuture(replica);
  const newestSampleMs = Math.max(
    ...complete.map(([, replica]) => (isAhead(replica) ? -Infinity : replica.newestSampleMs)),
  );
  const standingOf = ([index, replica]: (typeof complete)[number]): Standing => ({
    ...replica,
    index,
    isAhead: isAhead(replica),
    lags: !isAhead(replica) && newestSampleMs - replica.newestSampleMs > maxLeaderLagMs,
    missingShare: deps.completeness.missingShare(index),
  });
  const own = complete.find(([index]) => index === leader)!;
  return { own: standingOf(own), siblings: siblings.map(standingOf), newestSampleMs };
}

/** The fullest of those whose samples are of now; of equal ones the first. */
export function bestOf(siblings: readonly Standing[]): Standing | undefined {
  const [first, ...others] = siblings.filter(({ isAhead, lags }) => !isAhead && !lags);
  if (first === undefined) return undefined;
  return others.reduce((best, sibling) => (sibling.missingShare < best.missingShare ? sibling : best), first);
}

/** Whether a sibling lacks at most half of what the leader lacks: replicas that lack different series are no better. */
export function isFuller(sibling: Standing, own: Standing): boolean {
  return 2 * sibling.missingShare <= own.missingShare;
}

/** Whether the request showed that; `ratio` 0 to 1. */
export function lacksMoreThan({ missing, series }: Standing, ratio: number): boolean {
  return missing > ratio * (missing + series);
}
