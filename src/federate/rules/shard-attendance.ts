/** Which shards have answered since the start. Until it has, a shard may hold a part of any group. Shards go by their seats. */
export interface ShardAttendance {
  /** Notes that the shard answered a request for `scope`; `""` is a request for everything. */
  answered(seat: number, scope: string): void;
  /** Whether the shard's part of `scope` is known: it answered for the same scope before, or for everything. */
  isKnown(seat: number, scope: string): boolean;
  /** Another shard has taken the seat. */
  forget(seat: number): void;
}

/** Scopes remembered per shard; past that the oldest is forgotten, and its groups count as unknown again. */
const maxScopes = 64;

export function createShardAttendance(): ShardAttendance {
  const scopes = new Map<number, Set<string>>();
  return {
    answered(seat, scope) {
      const known = scopes.get(seat) ?? new Set();
      scopes.set(seat, known);
      known.delete(scope);
      known.add(scope);
      for (const oldest of known) {
        if (known.size <= maxScopes) break;
        if (oldest !== '') known.delete(oldest);
      }
    },
    isKnown(seat, scope) {
      const known = scopes.get(seat);
      return known !== undefined && (known.has('') || known.has(scope));
    },
    forget: (seat) => void scopes.delete(seat),
  };
}
