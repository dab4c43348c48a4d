export interface Readiness {
  /** A shard gave its first (or a further) complete answer. */
  answered(shard: string): void;
  /** Shards that have not answered since the start, in configured order; empty = ready. */
  waitingFor(): readonly string[];
}

/** Whether every shard has answered once since the start or the last reload. Names that are no shard are ignored. */
export function createReadiness(shardNames: readonly string[]): Readiness {
  const waiting = new Set(shardNames);
  return {
    answered: (shard) => {
      waiting.delete(shard);
    },
    waitingFor: () => [...waiting],
  };
}
