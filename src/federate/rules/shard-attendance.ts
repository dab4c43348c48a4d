/** Which shards have answered since the start. Until it has, a shard may hold a part of any group. */
export interface ShardAttendance {
  /** Notes that the shard answered a request for `scope`; `""` is a request for everything. */
  answered(shard: number, scope: string): void;
  /** Whether the shard's part of `scope` is known: it answered for the same scope before, or for everything. */
  isKnown(shard: number, scope: string): boolean;
}

/** Scopes remembered per shard; past that the oldest is forgotten, and its groups count as unknown again. */
const maxScopes = 64;

export function createShardAttendance(shards: number): ShardAttendance {
  const scopes = Array.from({ length: shards }, () => new Set<string>());
  return {
    answered(shard, scope) {
      const known = scopes[shard]!;
      known.delete(scope);
      known.add(scope);
      for (const oldest of known) {
        if (known.size <= maxScopes) break;
        if (oldest !== '') known.delete(oldest);
      }
    },
    isKnown: (shard, scope) => scopes[shard]!.has('') || scopes[shard]!.has(scope),
  };
}
