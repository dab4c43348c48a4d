import type { ReplicaDescription } from './replica-memory.ts';

/** What speaks for a replica, and against it, when a leader is looked for. */
export interface Candidate extends Pick<ReplicaDescription, 'lastResult' | 'lastFailedMs'> {
  readonly standing: LastStanding;
}

/** How a replica stood against its siblings, as far as reads have shown it. */
export interface LastStanding {
  /** See {@link Freshness.isStale}. */
  readonly isStale: boolean;
  /** See {@link Completeness.missingShare}. */
  readonly missingShare: number;
}

/** Of a replica that was never compared. */
export const nothingShown: LastStanding = { isStale: false, missingShare: 0 };

/**
 * The candidates in the order in which they are to lead, best first: those whose last read was whole before those that were never
 * read, and both before those that failed; then those whose samples are of now; then by the share of series that they
 * lack, where it is more than `maxMissingRatio` (0 to 1); then the one that has not failed for longest. Equals stay in the
 * order given, so that every gateway that has seen the same decides the same.
 */
export function orderOfSuccession<T extends Candidate>(candidates: readonly T[], maxMissingRatio: number): T[] {
  const ranked = candidates.map((candidate) => ({ candidate, rank: rankOf(candidate, maxMissingRatio) }));
  return ranked.sort((a, b) => compareRanks(a.rank, b.rank)).map(({ candidate }) => candidate);
}

/** Lower is better, the first difference counts. */
type Rank = readonly [health: number, staleness: number, missingShare: number, lastFailedMs: number];

function rankOf({ lastResult, lastFailedMs, standing }: Candidate, maxMissingRatio: number): Rank {
  const { isStale, missingShare } = standing;
  const health = { complete: 0, unused: 1, dropped: 2, failed: 2 }[lastResult];
  return [health, isStale ? 1 : 0, missingShare > maxMissingRatio ? missingShare : 0, lastFailedMs];
}

function compareRanks(a: Rank, b: Rank): number {
  const differs = a.findIndex((value, i) => value !== b[i]);
  return differs === -1 ? 0 : a[differs]! < b[differs]! ? -1 : 1;
}
