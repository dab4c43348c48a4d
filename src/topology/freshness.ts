import type { Standing, Standings } from './standings.ts';

export interface Freshness {
  /** Takes in how the replicas stood in a request that was wide enough to tell. */
  observe(standings: Standings): void;
  /** Whether a replica's samples were last seen to lag behind a sibling's, or to be from the future. */
  isStale(replica: number): boolean;
  /** What answers next may be another server. */
  forget(replica: number): void;
}

/** Which replicas had samples of another time than their siblings when they were last compared. */
export function createFreshness(): Freshness {
  const stale = new Set<number>();
  const observe = ({ index, isAhead, lags }: Standing): void => {
    if (isAhead || lags) stale.add(index);
    else stale.delete(index);
  };
  return {
    observe({ own, siblings }) {
      for (const standing of [own, ...siblings]) observe(standing);
    },
    isStale: (replica) => stale.has(replica),
    forget: (replica) => void stale.delete(replica),
  };
}
