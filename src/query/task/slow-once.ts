import type { GatewayError } from '../../model/errors.ts';

export type OnReplicaError = (shard: string, replica: string, error: GatewayError) => void;

export interface RankedShard {
  readonly name: string;
  /** As `ReplicaRanks.avoid`. */
  readonly avoid: (replica: string) => boolean;
}

/**
 * What a query is to tell of failed replicas to. One that let a sibling wait is told once, and left alone by the rest of
 * the query: the hedge delay is to be paid once, however many parts there are.
 */
export function slowOnce(shards: readonly RankedShard[], report: OnReplicaError): OnReplicaError {
  const byName = new Map(shards.map((shard) => [shard.name, shard]));
  return (shard, replica, error) => {
    const isKnown = error.code === 'PG_UPSTREAM_SLOW' && byName.get(shard)?.avoid(replica) === false;
    if (!isKnown) report(shard, replica, error);
  };
}
