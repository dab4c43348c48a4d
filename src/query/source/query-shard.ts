import type { ReplicaClient } from '../replicas/replica-client.ts';

/** One shard as a query sees it. */
export interface QueryShard {
  readonly name: string;
  /** Attached to series that lack them: the shard's labels and the fleet's external labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those of `labels` that no series carries itself. */
  readonly ownsLabels: readonly string[];
  /**
   * At least one; the leader first, the others in the order of the configuration. Those that a query has found slow are
   * not among them any more when it asks the next time.
   */
  readonly replicas: readonly ReplicaClient[];
  /** Replicas that failed of late, or are slow: asked only when no other answers. */
  readonly spare?: readonly ReplicaClient[];
  /** How long a replica may owe bytes while a sibling waits. */
  readonly hedgeDelayMs: number;
  /** A replica that sends less than this while a sibling waits owes as if it sent nothing; 0 = one byte is enough. */
  readonly minBytesPerSecond: number;
}

/** In the order in which they are to be asked one after the other. */
export function allReplicas({ replicas, spare = [] }: QueryShard): readonly ReplicaClient[] {
  return [...replicas, ...spare];
}
