import type { Config } from '../config/config.ts';

/** The shards and replicas of the configuration in force. */
export interface Fleet {
  isThere(shard: string, replica?: string): boolean;
  /** Whether this is the configuration in force. */
  isLatest(config: Config): boolean;
  replace(config: Config): void;
}

export function createFleet(): Fleet {
  let latest: Config | undefined;
  let replicas: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  return {
    isThere: (shard, replica) =>
      replica === undefined ? replicas.has(shard) : replicas.get(shard)?.has(replica) === true,
    isLatest: (config) => config === latest,
    replace(config) {
      latest = config;
      replicas = new Map(config.shards.map((shard) => [shard.name, new Set(shard.replicas.map(({ name }) => name))]));
    },
  };
}
