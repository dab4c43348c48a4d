/** Where in the columns of the rules' memory each shard stands, over all configurations that have it. */
export interface ShardSeats {
  /** Seats for the shards of a configuration (unique names). A shard of the latest claim keeps its seat. */
  claim(shardNames: readonly string[]): SeatClaim;
}

export interface SeatClaim {
  /** By shard. */
  readonly seats: readonly number[];
  /** Those of `seats` that the latest claim did not have: whatever stands there is of a shard that is gone. */
  readonly taken: readonly number[];
  /** To be called once, when nothing that knows these seats will use them any more: they can be given to others then. */
  release(): void;
}

/** Seats are numbered from 0, without more gaps than claims under way need. */
export function createShardSeats(): ShardSeats {
  const held = new Set<ReadonlyMap<string, number>>();
  let latest: ReadonlyMap<string, number> = new Map();
  return {
    claim(shardNames) {
      const occupied = new Set([...held].flatMap((seats) => [...seats.values()]));
      const own = new Map<string, number>();
      const taken: number[] = [];
      for (const name of shardNames) {
        const seat = latest.get(name) ?? lowestFree(occupied);
        if (!latest.has(name)) taken.push(seat);
        occupied.add(seat);
        own.set(name, seat);
      }
      held.add(own);
      latest = own;
      return { seats: [...own.values()], taken, release: () => void held.delete(own) };
    },
  };
}

function lowestFree(occupied: ReadonlySet<number>): number {
  let seat = 0;
  while (occupied.has(seat)) seat++;
  return seat;
}
