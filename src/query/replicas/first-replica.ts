import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { allReplicas, type QueryShard } from '../source/query-shard.ts';
import { firstSuccess } from './first-success.ts';
import type { ReplicaClient } from './replica-client.ts';
import { shardUnavailable } from './shard-unavailable.ts';

export interface FirstReplicaOptions {
  readonly signal: AbortSignal;
  readonly onReplicaError: (replica: string, error: GatewayError) => void;
}

/**
 * What the first replica that answers says; the leader is asked first, a sibling when that fails or takes too long.
 * @throws GatewayError `PG_SHARD_UNAVAILABLE` where no replica answered; other errors of `ask` than a GatewayError
 */
export async function askFirstReplica<T>(
  shard: QueryShard,
  { signal, onReplicaError }: FirstReplicaOptions,
  ask: (replica: ReplicaClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const replicas = allReplicas(shard);
  const outcome = await firstSuccess(
    replicas.map((replica) => (attempt: AbortSignal) => ask(replica, attempt)),
    { delayMs: shard.hedgeDelayMs, signal, isFinal: (error) => !(error instanceof GatewayError) },
  );
  if ('value' in outcome) return outcome.value;
  const failures = outcome.errors.map((error) => toGatewayError(error));
  for (const [i, failure] of failures.entries()) onReplicaError(replicas[i]!.name, failure);
  throw shardUnavailable(shard.name, failures);
}
