import { GatewayError, toGatewayError } from '../../model/errors.ts';
import { allReplicas, type QueryShard } from '../source/query-shard.ts';
import { firstSuccess, type Outcome } from './first-success.ts';
import type { ReplicaClient } from './replica-client.ts';
import { shardUnavailable } from './shard-unavailable.ts';
import { slowReplica } from './slow-replica.ts';

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
  reportFailed(outcome, replicas, onReplicaError);
  if ('value' in outcome) return outcome.value;
  throw shardUnavailable(shard.name, outcome.errors);
}

/** Tells of the attempts that failed, or were overtaken, whether or not a later one has succeeded; one attempt for each replica. */
export function reportFailed(
  outcome: Outcome<unknown>,
  replicas: readonly Pick<ReplicaClient, 'name'>[],
  onReplicaError: FirstReplicaOptions['onReplicaError'],
): void {
  for (const [i, error] of outcome.errors.entries()) {
    if (error !== undefined) onReplicaError(replicas[i]!.name, toGatewayError(error));
  }
  if (!('value' in outcome)) return;
  for (const i of outcome.overtaken) {
    const { name } = replicas[i]!;
    onReplicaError(name, slowReplica(name, 'a sibling that was asked after the hedge delay has answered before it'));
  }
}
