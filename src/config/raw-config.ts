import type { RawHttpClient } from './raw-http-client.ts';

/** A configuration as the file spells it: sound by the schema, defaults filled in, values not yet converted. */
export interface RawConfig {
  readonly global: RawGlobal;
  readonly shards?: readonly RawShard[];
  readonly discovery?: RawDiscovery;
  readonly deduplication: RawDeduplication;
  readonly federation: RawFederation;
  readonly query: RawQuery;
  readonly aggregation_rules: readonly RawAggregationRule[];
  readonly sharding: RawSharding;
  readonly tenants?: RawTenants;
}

export interface RawTenants {
  readonly header?: string;
  readonly trusted_proxies?: readonly string[];
  readonly by_user: Readonly<Record<string, string>>;
  readonly operators: readonly string[];
  readonly matchers: Readonly<Record<string, readonly string[]>>;
}

export interface RawSharding {
  readonly hashmod?: {
    readonly source_labels: readonly string[];
    readonly separator: string;
    readonly modulus: number;
    readonly jobs: readonly string[];
  };
}

export type RawDuration = string | number;
export type RawSize = string | number;

export interface RawGlobal extends RawHttpClient {
  readonly scrape_timeout: RawDuration;
  readonly query_timeout: RawDuration;
  readonly lookback_delta: RawDuration;
  readonly client_stall_timeout: RawDuration;
  readonly max_memory: RawSize;
  readonly evaluation_interval: RawDuration;
  readonly replica_labels: readonly string[];
  readonly external_labels: Readonly<Record<string, string>>;
}

interface RawStaticConfig {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface RawHttpSource extends RawHttpClient {
  readonly url: string;
  readonly refresh_interval: RawDuration;
}

/** Lists of targets, as Prometheus has them. */
export interface RawSources {
  readonly static_configs?: readonly RawStaticConfig[];
  readonly file_sd_configs?: readonly { readonly files: readonly string[]; readonly refresh_interval: RawDuration }[];
  readonly http_sd_configs?: readonly RawHttpSource[];
  readonly dns_sd_configs?: readonly {
    readonly names: readonly string[];
    readonly type: 'SRV' | 'A' | 'AAAA';
    readonly port?: number;
    readonly refresh_interval: RawDuration;
  }[];
}

export interface RawDiscovery extends RawSources {
  readonly shard_label: string;
  readonly replica_label: string;
  readonly labels: readonly string[];
  readonly forget_after: RawDuration;
  readonly owns_labels: readonly string[];
  readonly scheme: 'http' | 'https';
  readonly path_prefix: string;
  readonly scrape_timeout?: RawDuration;
  readonly enable_compression: boolean;
}

export interface RawShard extends RawSources, RawHttpClient {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owns_labels: readonly string[];
  readonly scheme: 'http' | 'https';
  readonly path_prefix: string;
  readonly scrape_timeout?: RawDuration;
  readonly enable_compression: boolean;
  readonly hashmod_index?: number;
}

export interface RawDeduplication {
  readonly strategy: 'merge' | 'leader';
  readonly per_replica: readonly string[];
  readonly min_hedge_delay: RawDuration;
  readonly min_bytes_per_second: RawSize;
  readonly breaker: {
    readonly failures: number;
    readonly min_delay: RawDuration;
    readonly max_delay: RawDuration;
  };
  readonly max_leader_lag: RawDuration;
  readonly max_leader_missing_ratio: number;
  readonly leader_patience: RawDuration;
  readonly max_filled_series: number;
}

export interface RawFederation {
  readonly match: readonly string[];
  readonly partial_response: 'warn' | 'abort';
  readonly timestamps: 'keep' | 'drop';
  readonly reuse_for: RawDuration;
  readonly coverage_series: boolean;
  readonly limits: RawLimits;
}

export interface RawQuery {
  readonly partial_response: 'warn' | 'abort';
  readonly push_down: boolean;
  readonly min_hedge_delay: RawDuration;
  readonly experimental_functions: boolean;
  readonly limits: {
    readonly max_concurrent: number;
    readonly max_queued: number;
    readonly max_samples: number;
    readonly max_upstream_bytes: RawSize;
  };
}

interface RawLimits {
  readonly max_series: number;
  readonly max_response_bytes: RawSize;
  readonly max_concurrent: number;
  readonly max_queued: number;
  readonly max_line_bytes: RawSize;
  readonly max_label_value_bytes: RawSize;
  readonly max_upstream_bytes: RawSize;
  readonly max_upstream_wire_bytes: RawSize;
  readonly max_labels_per_series: number;
  readonly max_buffered_bytes: RawSize;
  readonly max_held_back_bytes: RawSize;
  readonly max_groups_per_rule: number;
  readonly max_client_lag_bytes: RawSize;
}

export interface RawAggregationRule {
  readonly source: string;
  readonly record: string;
  readonly by?: readonly string[];
  readonly without?: readonly string[];
  readonly function: 'auto' | 'sum' | 'min' | 'max' | 'count' | 'group' | 'avg';
  readonly weight?: string;
  readonly ratio_of?: readonly [numerator: string, denominator: string];
  readonly quantile?: number;
  readonly on_missing_shard: 'withhold' | 'hold' | 'partial';
  readonly hold_for: RawDuration;
  readonly keep_source: boolean;
  readonly continue: boolean;
  readonly aggregation_window: RawDuration;
}
