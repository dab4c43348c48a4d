import type { HttpClientConfig } from './http-client-config.ts';

/**
 * The validated configuration. Deeply frozen, safe to send to a worker thread (plain data only). Durations end in `Ms`,
 * sizes in `Bytes`. YAML key `scrape_timeout` is `scrapeTimeoutMs` here, and so on.
 */
export interface Config {
  readonly global: GlobalConfig;
  readonly shards: readonly ShardConfig[];
  /** Where further shards are found. */
  readonly discovery?: DiscoveryConfig;
  readonly deduplication: DeduplicationConfig;
  readonly federation: FederationConfig;
  readonly query: QueryConfig;
  readonly aggregationRules: readonly AggregationRuleConfig[];
  readonly sharding: ShardingConfig;
  /** Undefined: everyone who is let in may see everything. */
  readonly tenants?: TenantsConfig;
}

/** Who may see which series. */
export interface TenantsConfig {
  /** Lower case. Undefined: no header names a tenant. */
  readonly header?: string;
  /** IP addresses and CIDR ranges that `header` is taken from; undefined: from everyone. */
  readonly trustedProxies?: readonly string[];
  /** Name of a tenant by user. */
  readonly byUser: Readonly<Record<string, string>>;
  /** Users who see everything. None of them is in `byUser`. */
  readonly operators: readonly string[];
  /** By tenant: selectors (text), at least one; a series must match all of them. */
  readonly matchers: Readonly<Record<string, readonly string[]>>;
}

/** How targets were spread over the shards, where that is known. */
export interface ShardingConfig {
  readonly hashmod?: HashmodConfig;
}

interface HashmodConfig {
  /** Labels of the series whose values were hashed, in the order of the relabelling. At least one. */
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly modulus: number;
  /** The jobs whose targets were spread like this. */
  readonly jobs: readonly string[];
}

export interface GlobalConfig {
  readonly scrapeTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly lookbackDeltaMs: number;
  /** A client that takes nothing of its answer for so long is cut off; 0 = never. */
  readonly clientStallTimeoutMs: number;
  /** Resident memory above which new requests are refused; 0 = nine tenths of what there is. */
  readonly maxMemoryBytes: number;
  readonly evaluationIntervalMs: number;
  /** Names of the external labels that tell replicas apart. Unique. */
  readonly replicaLabels: readonly string[];
  readonly externalLabels: Readonly<Record<string, string>>;
}

export interface ShardConfig {
  /** Unique among the shards. */
  readonly name: string;
  /** The shard's external labels; attached where a line lacks them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels among `labels` that no series of this shard carries itself; allows pruning by them alone. */
  readonly ownsLabels: readonly string[];
  /**
   * In the order of preference for the first leader: those of the configuration in its order, then those that discovery
   * found. In a loaded configuration, before discovery, there may be none.
   */
  readonly replicas: readonly ReplicaConfig[];
  /** Where further replicas are found, in the order of preference; undefined: nowhere. */
  readonly sources?: readonly SourceConfig[];
  readonly scrapeTimeoutMs: number;
  /** The remainder of `sharding.hashmod` that this shard holds; undefined where it holds other series too. */
  readonly hashmodIndex?: number;
  /** Whether to ask the upstream for gzip. */
  readonly enableCompression: boolean;
  /** Its own settings and those of `global`; undefined where there are none. Holds secrets. */
  readonly httpClient?: HttpClientConfig;
  /** Of the replicas that {@link ShardConfig.sources} find. */
  readonly addressing?: ReplicaAddressing;
}

/** Where targets are asked for, again and again. */
export type SourceConfig = FileSourceConfig | HttpSourceConfig | DnsSourceConfig;

export interface FileSourceConfig {
  readonly kind: 'file';
  /** Absolute paths; the last part may have `*`, `?` and `[…]`. */
  readonly files: readonly string[];
  readonly refreshIntervalMs: number;
}

export interface HttpSourceConfig {
  readonly kind: 'http';
  /** Without user and password; the query may hold a secret. */
  readonly url: string;
  readonly refreshIntervalMs: number;
  /** Its own settings alone; undefined where there are none. Holds secrets. */
  readonly httpClient?: HttpClientConfig;
}

export interface DnsSourceConfig {
  readonly kind: 'dns';
  /** Fully qualified. */
  readonly names: readonly string[];
  readonly type: 'SRV' | 'A' | 'AAAA';
  /** Undefined for SRV, which tells it. */
  readonly port?: number;
  readonly refreshIntervalMs: number;
}

/** Targets that share labels; as in Prometheus' files. */
export interface TargetGroup {
  /** `host:port` each. */
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** One list of targets that carry their shard and replica as labels. */
export interface DiscoveryConfig {
  readonly staticGroups: readonly TargetGroup[];
  readonly sources: readonly SourceConfig[];
  /** Names of the target labels that hold the names of shard and replica. */
  readonly shardLabel: string;
  readonly replicaLabel: string;
  /** Names of target labels that become external labels of the shard. Unique. */
  readonly labels: readonly string[];
  /** How long a shard that has lost its last target is still one of the fleet, and down. */
  readonly forgetAfterMs: number;
  /** What every shard gets that is found. */
  readonly shard: Pick<ShardConfig, 'ownsLabels' | 'scrapeTimeoutMs' | 'enableCompression' | 'httpClient'> &
    ReplicaAddressing;
}

/** How the URL of a replica is made of its address. */
export interface ReplicaAddressing {
  readonly scheme: 'http' | 'https';
  /** Without a trailing slash: `""` or `/prefix`. */
  readonly pathPrefix: string;
}

export interface ReplicaConfig {
  /** Its `host:port`, or what a replica label says; unique in its shard: the name of the replica in metrics, logs and errors. */
  readonly name: string;
  /** Base URL without a trailing slash, e.g. `http://prom-0a:9090/prefix`. Never holds credentials. */
  readonly url: string;
}

type DeduplicationStrategy = 'merge' | 'leader';

export interface DeduplicationConfig {
  readonly strategy: DeduplicationStrategy;
  /** Selectors (text) of series that differ by nature between replicas: kept apart, replica label included. */
  readonly perReplica: readonly string[];
  /** Least hedge delay; the delay used is the recent 95th percentile of the shard where that is larger. */
  readonly minHedgeDelayMs: number;
  /** A replica that sends less while a sibling waits is dropped; 0 = never. */
  readonly minBytesPerSecond: number;
  readonly breaker: BreakerConfig;
  /** The leader loses its place when its newest sample is this much older than a sibling's for `leaderPatienceMs`. */
  readonly maxLeaderLagMs: number;
  /** The leader loses its place when it lacks more than this share (0..1) of the shard's series for `leaderPatienceMs`. */
  readonly maxLeaderMissingRatio: number;
  readonly leaderPatienceMs: number;
  /** Bound of the table of filled series of one shard. */
  readonly maxFilledSeries: number;
}

export interface BreakerConfig {
  /** Reads of a replica that fail one after the other before it is left alone; 0 = never. */
  readonly failures: number;
  /** How long it is left alone at first; twice as long after each further failure, {@link BreakerConfig.maxDelayMs} at most. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

export type PartialResponse = 'warn' | 'abort';

export interface FederationConfig {
  /** Selectors (text) used when a request has no `match[]`. */
  readonly match: readonly string[];
  readonly partialResponse: PartialResponse;
  readonly timestamps: 'keep' | 'drop';
  /** How long a complete answer may be given again to an equal request; 0 = never. */
  readonly reuseForMs: number;
  /** Whether answers also hold `promgate_aggregation_coverage_ratio{record}`. */
  readonly coverageSeries: boolean;
  readonly limits: FederationLimits;
}

/** All at least 1, except where 0 has a meaning of its own. */
export interface FederationLimits {
  /** Of one answer; 0 for no limit. */
  readonly maxSeries: number;
  /** Of one answer before compression; 0 for no limit. */
  readonly maxResponseBytes: number;
  /** Fan-outs under way at once. */
  readonly maxConcurrent: number;
  /** Fan-outs that wait for their turn; others get 503. 0: none waits. */
  readonly maxQueued: number;
  /** One line of an upstream. */
  readonly maxLineBytes: number;
  /** One label value of an upstream, decoded. */
  readonly maxLabelValueBytes: number;
  /** What one read of an upstream may send, decompressed and on the wire; 0 for no limit. */
  readonly maxUpstreamBytes: number;
  readonly maxUpstreamWireBytes: number;
  readonly maxLabelsPerSeries: number;
  /** What one replica read may hold back for sorting (unsorted families or streams). */
  readonly maxBufferedBytes: number;
  /** What one answer may hold back of families that a rule can also produce. */
  readonly maxHeldBackBytes: number;
  /** Groups of one rule. */
  readonly maxGroupsPerRule: number;
  /** How far a client may fall behind others that share its fan-out. */
  readonly maxClientLagBytes: number;
}

export interface QueryConfig {
  /** Used where a request does not say. */
  readonly partialResponse: PartialResponse;
  readonly pushDown: boolean;
  /** How long a replica may owe bytes while a sibling waits. */
  readonly minHedgeDelayMs: number;
  readonly experimentalFunctions: boolean;
  readonly limits: QueryLimits;
}

interface QueryLimits {
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /** Samples that one query may hold at once. */
  readonly maxSamples: number;
  /** What one read of a replica may send, decompressed. */
  readonly maxUpstreamBytes: number;
}

type AggregationFunction = 'sum' | 'min' | 'max' | 'count' | 'group' | 'avg' | 'auto';
type OnMissingShard = 'withhold' | 'hold' | 'partial';

export interface AggregationRuleConfig {
  /** RE2, anchored, on the metric name. */
  readonly source: string;
  /** Metric name of the output; `$1`, `${name}` refer to groups of `source`. */
  readonly record: string;
  /** Exactly one of `by` and `without` is set. */
  readonly by?: readonly string[];
  readonly without?: readonly string[];
  readonly function: AggregationFunction;
  /** For `avg`: template of the metric that holds the number of observations behind each source series. */
  readonly weight?: string;
  /** Templates [numerator, denominator]: the output is sum(numerator) / sum(denominator). `source` then only triggers. */
  readonly ratioOf?: readonly [numerator: string, denominator: string];
  /** 0..1: the output is this quantile over the summed classic buckets that `source` matches. */
  readonly quantile?: number;
  readonly onMissingShard: OnMissingShard;
  readonly holdForMs: number;
  readonly keepSource: boolean;
  /** Go on to later rules after this one matched. */
  readonly continue: boolean;
  readonly aggregationWindowMs: number;
}
