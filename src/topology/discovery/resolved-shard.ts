import type { ShardConfig, SourceConfig } from '../../config/config.ts';

/** A shard with its replicas. */
export interface ResolvedShard {
  readonly shard: ShardConfig;
  /** By name of the replica: where it was found; undefined = in the configuration itself. */
  readonly origins: ReadonlyMap<string, SourceConfig | undefined>;
}
