import type { Config, ReplicaConfig, ShardConfig, SourceConfig } from '../../config/config.ts';
import type { SourceWatch } from '../../topology/discovery/source-watch.ts';
import type { ShardState } from '../../topology/shard-state.ts';

export interface ShardStatusInput {
  readonly config: Config;
  /** Before discovery. */
  readonly declared: Config;
  /** In the order of the shards. */
  readonly shardStates: readonly ShardState[];
  /** By shard and replica; undefined = in the configuration itself. */
  readonly origins: ReadonlyMap<string, ReadonlyMap<string, SourceConfig | undefined>>;
  readonly watches: (sources: readonly SourceConfig[]) => readonly SourceWatch[];
  /** Unix ms. */
  readonly now: () => number;
}

interface ReplicaStatus {
  readonly name: string;
  readonly url: string;
  /** As last read for a federation: `slow` was left behind by a sibling, `unknown` was not read yet. */
  readonly health: 'up' | 'down' | 'slow' | 'unknown';
  readonly leader: boolean;
  readonly lastRead: string | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
  /** `static`, `file`, `http` or `dns`. */
  readonly discoveredBy: string;
}

interface SourceStatus {
  readonly mechanism: string;
  readonly source: string;
  readonly targets: number;
  readonly lastError: string | null;
}

export interface ShardStatus {
  readonly shards: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly leader: string | null;
    readonly replicas: readonly ReplicaStatus[];
    /** The shard's own; not those of `discovery`. */
    readonly sources: readonly SourceStatus[];
  }[];
  /** The sources of `discovery`. */
  readonly sources: readonly SourceStatus[];
}

const health = { complete: 'up', failed: 'down', dropped: 'slow', unused: 'unknown' } as const;

/** `/api/v1/gateway/shards`: the fleet as the gateway sees it now. */
export function shardStatus(input: ShardStatusInput): ShardStatus {
  const { config, declared, watches } = input;
  return {
    shards: config.shards.map((shard, index) => {
      const replicas = replicaStatus(input, shard, index);
      return {
        name: shard.name,
        labels: shard.labels,
        leader: replicas.find(({ leader }) => leader)?.name ?? null,
        replicas,
        sources: sourceStatus(watches(shard.sources ?? [])),
      };
    }),
    sources: sourceStatus(watches(declared.discovery?.sources ?? [])),
  };
}

function replicaStatus(
  { shardStates, origins, now }: ShardStatusInput,
  shard: ShardConfig,
  index: number,
): ReplicaStatus[] {
  const state = shardStates[index]!;
  const described = state.describe(now()).replicas;
  const leader = state.leader();
  return shard.replicas.map(({ name, url }: ReplicaConfig, i) => {
    const { lastResult, lastError, lastReadMs } = described[i]!;
    return {
      name,
      url,
      health: health[lastResult],
      leader: i === leader,
      lastRead: lastReadMs === undefined ? null : new Date(lastReadMs).toISOString(),
      lastError: lastError === undefined ? null : { code: lastError.code, message: lastError.message },
      discoveredBy: origins.get(shard.name)?.get(name)?.kind ?? 'static',
    };
  });
}

function sourceStatus(watches: readonly SourceWatch[]): SourceStatus[] {
  return watches.flatMap((watch) => {
    const { kind: mechanism } = watch.config;
    const failure = watch.error();
    const whole = failure === undefined ? [] : [{ mechanism, source: '', targets: 0, lastError: failure }];
    const parts = watch.parts().map(({ part, targets = [], error }) => ({
      mechanism,
      source: part,
      targets: targets.length,
      lastError: error ?? null,
    }));
    return [...whole, ...parts];
  });
}
