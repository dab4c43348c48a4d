import type { DeduplicationConfig, ReplicaConfig, ShardConfig } from '../config/config.ts';
import { createExpectedSeries, type ExpectedSeries } from './expected-series.ts';
import { createGivenPast, type GivenPast } from './given-past.ts';
import { createHedgeDelay, type HedgeDelay } from './hedge-delay.ts';
import { createLeaderElection, type LeaderChangeReason, type LeaderElection } from './leader-election.ts';
import { createReplicaMemory, type ReplicaMemory } from './replica-memory.ts';
import { type LastStanding, nothingShown, orderOfSuccession } from './succession.ts';

export interface LeaderChange {
  /** Names of replicas; equal when the shard keeps its leader but its past is frozen anew. */
  readonly from: string;
  readonly to: string;
  readonly reason: LeaderChangeReason;
}

/** A replica is the same one as long as its name and its URL are. */
export function replicaKey({ name, url }: ReplicaConfig): string {
  return `${name} ${url}`;
}

interface KnownReplica {
  readonly name: string;
  readonly memory: ReplicaMemory;
}

/** What is known of one shard, whichever configurations have it. Replicas go by {@link replicaKey}. */
export interface ShardMemory {
  readonly epoch: number;
  /** The replica to prefer; undefined as long as there was none. */
  readonly leader: string | undefined;
  readonly leaderName: string;
  readonly past: GivenPast;
  readonly hedge: HedgeDelay;
  readonly expected: ExpectedSeries;
  readonly election: LeaderElection;
  answered: boolean;
  /** The replicas of the current configuration in the order in which they are to lead, whoever leads now. */
  succession(): readonly string[];
  /** Undefined for one that the current configuration does not have. */
  replica(key: string): ReplicaMemory | undefined;
  /** Makes a replica the leader, or freezes the past of the one that leads where that replica is gone. */
  changeLeader(key: string, reason: LeaderChangeReason): LeaderChange;
  /** Takes the replicas and settings of the next configuration. */
  configure(settings: ShardSettings): LeaderChange | undefined;
}

export interface ShardSettings {
  readonly shard: Pick<ShardConfig, 'replicas'>;
  readonly deduplication: DeduplicationConfig;
  readonly lookbackDeltaMs: number;
}

export function createShardMemory({ deduplication, lookbackDeltaMs }: ShardSettings): ShardMemory {
  const past = createGivenPast(lookbackDeltaMs, deduplication.maxFilledSeries);
  const hedge = createHedgeDelay(deduplication.minHedgeDelayMs);
  const expected = createExpectedSeries(lookbackDeltaMs);
  let election = createElection(deduplication);
  let replicas: ReadonlyMap<string, KnownReplica> = new Map();
  let leader: string | undefined;
  let leaderName = '';
  let epoch = 0;

  const lead = (key: string): void => {
    leader = key;
    leaderName = replicas.get(key)?.name ?? leaderName;
  };
  const changeLeader = (key: string, reason: LeaderChangeReason): LeaderChange => {
    const from = leaderName;
    // Complaints are about the replica that leads.
    if (key !== leader) election.reset();
    if (replicas.has(key)) lead(key);
    epoch++;
    past.freeze();
    return { from, to: leaderName, reason };
  };

  const standings = (): Standings => new Map([...replicas.keys()].map((key, index) => [key, election.standing(index)]));

  return {
    get epoch() {
      return epoch;
    },
    get leader() {
      return leader;
    },
    get leaderName() {
      return leaderName;
    },
    get election() {
      return election;
    },
    past,
    hedge,
    expected,
    answered: false,
    succession: () => succession(replicas, standings(), election.maxMissingRatio),
    replica: (key) => replicas.get(key)?.memory,
    changeLeader,
    configure(settings) {
      past.configure(settings.lookbackDeltaMs, settings.deduplication.maxFilledSeries);
      expected.configure(settings.lookbackDeltaMs);
      hedge.configure(settings.deduplication.minHedgeDelayMs);
      const known = standings();
      // Complaints go on, unless they are about something else now.
      if (!election.isFor(settings.deduplication)) election = createElection(settings.deduplication);
      const keys = settings.shard.replicas.map((replica) => replicaKey(replica));
      if (keys.join('\n') !== [...replicas.keys()].join('\n')) election.renumber();
      replicas = nextReplicas(settings.shard.replicas, replicas);
      const [successor] = succession(replicas, known, election.maxMissingRatio);
      if (successor === undefined || (leader !== undefined && replicas.has(leader))) return undefined;
      if (leader !== undefined) return changeLeader(successor, 'removed');
      lead(successor);
      return undefined;
    },
  };
}

interface Election extends LeaderElection {
  isFor(deduplication: DeduplicationConfig): boolean;
  /** Share (0 to 1) of the series that nobody has to have. */
  readonly maxMissingRatio: number;
}

function createElection(deduplication: DeduplicationConfig): Election {
  const settings = JSON.stringify(deduplication);
  return {
    ...createLeaderElection(deduplication),
    isFor: (other) => JSON.stringify(other) === settings,
    maxMissingRatio: deduplication.maxLeaderMissingRatio,
  };
}

function nextReplicas(
  configs: readonly ReplicaConfig[],
  before: ReadonlyMap<string, KnownReplica>,
): ReadonlyMap<string, KnownReplica> {
  const entries = configs.map((replica): [string, KnownReplica] => {
    const key = replicaKey(replica);
    return [key, before.get(key) ?? { name: replica.name, memory: createReplicaMemory() }];
  });
  return new Map(entries);
}

/** By {@link replicaKey}. */
type Standings = ReadonlyMap<string, LastStanding>;

/** Keys. One without a standing has never been compared. */
function succession(
  replicas: ReadonlyMap<string, KnownReplica>,
  standings: Standings,
  maxMissingRatio: number,
): string[] {
  const candidates = [...replicas].map(([key, { memory }]) => {
    return { key, ...memory.describe(), standing: standings.get(key) ?? nothingShown };
  });
  return orderOfSuccession(candidates, maxMissingRatio).map(({ key }) => key);
}
