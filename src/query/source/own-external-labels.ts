import type { ReplicaClient } from '../replicas/replica-client.ts';

/**
 * What to take off the series of a replica: `replica` are its external labels that tell replicas apart, `all` are all of
 * its external labels.
 */
export interface ExternalLabels {
  readonly replica: Readonly<Record<string, string>>;
  readonly shard: Readonly<Record<string, string>>;
}

/** Asks a replica for its external labels and divides them. */
export async function askExternalLabels(
  client: ReplicaClient,
  replicaLabels: readonly string[],
  signal: AbortSignal,
): Promise<ExternalLabels> {
  const all = Object.entries(await client.externalLabels(signal));
  const isReplica = ([name]: readonly [string, string]): boolean => replicaLabels.includes(name);
  return {
    replica: Object.fromEntries(all.filter(isReplica)),
    shard: Object.fromEntries(all.filter((label) => !isReplica(label))),
  };
}
