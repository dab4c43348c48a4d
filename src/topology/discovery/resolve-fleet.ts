import type { Config, ReplicaConfig, ShardConfig, SourceConfig } from '../../config/config.ts';
import { discoverShards, type KnownShard } from './discover-shards.ts';
import { unionOf, type Found } from './found-targets.ts';
import { replicaOf } from './replica-of.ts';
import type { ResolvedShard } from './resolved-shard.ts';

/** A configuration with the shards and replicas that discovery found. */
export interface ResolvedFleet {
  /** Its shards are those of the file in its order, then those that were found, by name. */
  readonly config: Config;
  /** By shard and name of the replica: where it was found; undefined = in the configuration itself. */
  readonly origins: ReadonlyMap<string, ReadonlyMap<string, SourceConfig | undefined>>;
  /** What is wrong with targets, which are then left out. */
  readonly problems: readonly string[];
  /** The shards of `discovery`, to be handed in the next time. */
  readonly known: readonly KnownShard[];
}

export interface FleetInput {
  readonly declared: Config;
  readonly found: Found;
  /** Shards that `discovery` had before. */
  readonly known: readonly KnownShard[];
  /** Unix ms. */
  readonly nowMs: number;
}

/** Puts what was found into a configuration. The same findings give the same result on every gateway. */
export function resolveFleet({ declared, found, known, nowMs }: FleetInput): ResolvedFleet {
  const problems: string[] = [];
  const listed = declared.shards.map((shard) => resolveShard(shard, found, problems));
  const discovered = discoverShards(declared, { found, known, nowMs, problems });
  const shards = withoutTaken([...listed, ...discovered.shards], problems);
  return {
    config: { ...declared, shards: shards.map(({ shard }) => shard) },
    origins: new Map(shards.map(({ shard, origins }) => [shard.name, origins])),
    problems: [...new Set(problems)],
    known: discovered.known,
  };
}

/** Takes servers out that an earlier shard has: read as two shards, every series of theirs would come twice. */
function withoutTaken(shards: readonly ResolvedShard[], problems: string[]): ResolvedShard[] {
  const owners = new Map<string, string>();
  return shards.map(({ shard, origins }) => {
    const replicas = shard.replicas.filter(({ name, url }) => {
      const owner = owners.get(url) ?? shard.name;
      owners.set(url, owner);
      if (owner !== shard.name) problems.push(`shard ${shard.name}: replica ${name} is one of shard ${owner} already`);
      return owner === shard.name;
    });
    const own = new Set(replicas.map(({ name }) => name));
    return {
      shard: { ...shard, replicas },
      origins: new Map([...origins].filter(([name]) => own.has(name))),
    };
  });
}

function resolveShard(shard: ShardConfig, found: Found, problems: string[]): ResolvedShard {
  const { sources = [], addressing = { scheme: 'http', pathPrefix: '' } } = shard;
  const listed = shard.replicas.map(({ name }) => ({ address: name, labels: {} }));
  const replicas: ReplicaConfig[] = [...shard.replicas];
  const origins = new Map<string, SourceConfig | undefined>(shard.replicas.map(({ name }) => [name, undefined]));
  for (const target of unionOf(listed, sources, found)) {
    if (target.source === undefined) continue;
    const replica = replicaOf(target, addressing);
    if (typeof replica === 'string') {
      problems.push(`shard ${shard.name}: target ${target.address}: ${replica}`);
      continue;
    }
    replicas.push(replica);
    origins.set(replica.name, target.source);
  }
  return { shard: { ...shard, replicas }, origins };
}
