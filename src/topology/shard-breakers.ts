import type { BreakerConfig } from '../config/config.ts';
import { createReplicaBreaker, type Admission, type ReplicaBreaker } from './replica-breaker.ts';
import { failedByItself } from './replica-memory.ts';
import type { ReplicaOutcome } from './shard-view.ts';

/** Which replicas a request may ask. */
export interface ShardAdmission {
  /** Indices of replicas to be asked only when no other is left. */
  readonly avoided: readonly number[];
  /** What came of it, by replica; undefined where the request ended before that was known. To be called once. */
  settle(outcomes: readonly ReplicaOutcome[] | undefined): void;
}

/** The circuit breakers of one shard's replicas. */
export interface ShardBreakers {
  /** The leader is never avoided: where it fails, another one leads. */
  admit(leader: number): ShardAdmission;
  /** A read outside of federation that failed. */
  failed(replica: number): void;
  /** Indices of replicas that are left alone at the moment; never all. */
  avoided(): readonly number[];
  /** For the replicas of another configuration: those that stay go on, by name, where the settings are the same. */
  continueAs(replicas: readonly string[], config: BreakerConfig): ShardBreakers;
}

/** `replicas`: their names, unique. */
export function createShardBreakers(replicas: readonly string[], config: BreakerConfig): ShardBreakers {
  return shardBreakers(
    replicas,
    replicas.map(() => createReplicaBreaker(config)),
    config,
  );
}

function shardBreakers(
  replicas: readonly string[],
  breakers: readonly ReplicaBreaker[],
  config: BreakerConfig,
): ShardBreakers {
  return {
    admit(leader) {
      const admissions = breakers.map((breaker) => breaker.admit());
      return {
        avoided: [...admissions.keys()].filter((index) => admissions[index] === undefined && index !== leader),
        settle(outcomes) {
          for (const [index, admission] of admissions.entries()) settle(admission, outcomes?.[index]);
        },
      };
    },
    failed: (replica) => breakers[replica]?.admit()?.failed(),
    avoided() {
      const open = [...breakers.keys()].filter((index) => breakers[index]!.isOpen());
      return open.length === breakers.length ? [] : open;
    },
    continueAs(names, next) {
      const isSame = JSON.stringify(next) === JSON.stringify(config);
      const known = new Map(isSame ? replicas.map((name, index) => [name, breakers[index]!]) : []);
      const continued = names.map((name) => known.get(name) ?? createReplicaBreaker(next));
      return shardBreakers(names, continued, next);
    },
  };
}

function settle(admission: Admission | undefined, outcome: ReplicaOutcome | undefined): void {
  if (outcome === undefined) admission?.unused();
  else if (outcome.result === 'complete') admission?.succeeded();
  else if (outcome.result === 'dropped' || failedByItself(outcome)) admission?.failed(retryAfterMs(outcome));
  else admission?.unused();
}

function retryAfterMs({ error }: ReplicaOutcome): number {
  const asked = error?.details['retryAfterMs'];
  return typeof asked === 'number' ? asked : 0;
}
