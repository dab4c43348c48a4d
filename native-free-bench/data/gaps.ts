const EVERY = 97;

/** Which series a replica lacks when a data set has gaps: never the same one in both of the first two replicas. */
export function hasSeries(at: { gaps: boolean; family: number; series: number; replica: number }): boolean {
  return !at.gaps || (at.family * 31 + at.series) % EVERY !== at.replica;
}
