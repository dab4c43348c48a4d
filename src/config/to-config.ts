import { strict as assert } from 'node:assert';
import type { AggregationRuleConfig, Config, DeduplicationConfig, FederationConfig } from './config.ts';
import type { GlobalConfig, QueryConfig, ReplicaConfig, ShardConfig, ShardingConfig, TenantsConfig } from './config.ts';
import { deepFreeze } from './deep-freeze.ts';
import { durationMs } from './duration-ms.ts';
import { plainLabels } from './plain-labels.ts';
import type { RawAggregationRule, RawConfig, RawDeduplication, RawFederation } from './raw-config.ts';
import type { RawGlobal, RawQuery, RawShard, RawSharding, RawSize, RawTenants } from './raw-config.ts';
import type { RawHttpClient } from './raw-http-client.ts';
import { parseSize } from './size.ts';
import { toHttpClient } from './to-http-client.ts';
import { toAddressing, toDiscovery, toSources } from './to-sources.ts';

/**
 * Where keys of the file become fields. `raw` must have passed all checks; relative paths in it are taken from `directory`.
 * The result is deeply frozen.
 */
export function toConfig(raw: RawConfig, directory: string): Config {
  const global = toGlobal(raw.global);
  const { shards = [], discovery } = raw;
  const labelsOfShards = [...shards.flatMap((shard) => Object.keys(shard.labels)), ...(discovery?.labels ?? [])];
  const shardLabels = [...new Set(labelsOfShards)].sort();
  return deepFreeze({
    global,
    shards: shards.map((shard) => ({
      ...toShard(shard, global, directory),
      ...httpClientOf(shard, raw.global, directory),
    })),
    ...(discovery && {
      discovery: toDiscovery(discovery, { ...global, ...httpClientOf({}, raw.global, directory) }, directory),
    }),
    deduplication: toDeduplication(raw.deduplication),
    federation: toFederation(raw.federation),
    query: toQuery(raw.query),
    aggregationRules: raw.aggregation_rules.map((rule) => toAggregationRule(rule, shardLabels)),
    sharding: toSharding(raw.sharding),
    ...(raw.tenants && { tenants: toTenants(raw.tenants) }),
  });
}

function toGlobal(raw: RawGlobal): GlobalConfig {
  return {
    scrapeTimeoutMs: durationMs(raw.scrape_timeout),
    queryTimeoutMs: durationMs(raw.query_timeout),
    lookbackDeltaMs: durationMs(raw.lookback_delta),
    clientStallTimeoutMs: durationMs(raw.client_stall_timeout),
    maxMemoryBytes: sizeBytes(raw.max_memory),
    evaluationIntervalMs: durationMs(raw.evaluation_interval),
    replicaLabels: [...raw.replica_labels],
    externalLabels: plainLabels(raw.external_labels),
  };
}

function toShard(raw: RawShard, global: GlobalConfig, directory: string): ShardConfig {
  const addressing = toAddressing(raw);
  const replicas = (raw.static_configs ?? [])
    .flatMap(({ targets }) => targets)
    .map((target): ReplicaConfig => ({ name: target, url: `${raw.scheme}://${target}${addressing.pathPrefix}` }));
  const sources = toSources(raw, directory);
  return {
    name: raw.name,
    labels: plainLabels(raw.labels),
    ownsLabels: [...raw.owns_labels],
    replicas,
    ...(sources.length > 0 && { sources, addressing }),
    scrapeTimeoutMs: raw.scrape_timeout === undefined ? global.scrapeTimeoutMs : durationMs(raw.scrape_timeout),
    enableCompression: raw.enable_compression,
    ...(raw.hashmod_index !== undefined && { hashmodIndex: raw.hashmod_index }),
  };
}

function httpClientOf(shard: RawHttpClient, global: RawGlobal, directory: string): Pick<ShardConfig, 'httpClient'> {
  const httpClient = toHttpClient(shard, global, directory);
  return httpClient === undefined ? {} : { httpClient };
}

function toSharding({ hashmod }: RawSharding): ShardingConfig {
  if (hashmod === undefined) return {};
  const { source_labels: sourceLabels, separator, modulus, jobs } = hashmod;
  return { hashmod: { sourceLabels: [...sourceLabels], separator, modulus, jobs: [...jobs] } };
}

function toTenants({
  header,
  trusted_proxies: proxies,
  by_user: byUser,
  operators,
  matchers,
}: RawTenants): TenantsConfig {
  return {
    ...(header !== undefined && { header: header.toLowerCase() }),
    ...(proxies && { trustedProxies: [...proxies] }),
    byUser: plainLabels(byUser),
    operators: [...operators],
    matchers: Object.fromEntries(Object.entries(matchers).map(([tenant, selectors]) => [tenant, [...selectors]])),
  };
}

function toDeduplication(raw: RawDeduplication): DeduplicationConfig {
  return {
    strategy: raw.strategy,
    perReplica: [...raw.per_replica],
    minHedgeDelayMs: durationMs(raw.min_hedge_delay),
    minBytesPerSecond: sizeBytes(raw.min_bytes_per_second),
    breaker: {
      failures: raw.breaker.failures,
      minDelayMs: durationMs(raw.breaker.min_delay),
      maxDelayMs: durationMs(raw.breaker.max_delay),
    },
    maxLeaderLagMs: durationMs(raw.max_leader_lag),
    maxLeaderMissingRatio: raw.max_leader_missing_ratio,
    leaderPatienceMs: durationMs(raw.leader_patience),
    maxFilledSeries: raw.max_filled_series,
  };
}

function toFederation(raw: RawFederation): FederationConfig {
  const { limits } = raw;
  return {
    match: [...raw.match],
    partialResponse: raw.partial_response,
    timestamps: raw.timestamps,
    reuseForMs: durationMs(raw.reuse_for),
    coverageSeries: raw.coverage_series,
    limits: {
      maxSeries: limits.max_series,
      maxResponseBytes: sizeBytes(limits.max_response_bytes),
      maxConcurrent: limits.max_concurrent,
      maxQueued: limits.max_queued,
      maxLineBytes: sizeBytes(limits.max_line_bytes),
      maxLabelValueBytes: sizeBytes(limits.max_label_value_bytes),
      maxUpstreamBytes: sizeBytes(limits.max_upstream_bytes),
      maxUpstreamWireBytes: sizeBytes(limits.max_upstream_wire_bytes),
      maxLabelsPerSeries: limits.max_labels_per_series,
      maxBufferedBytes: sizeBytes(limits.max_buffered_bytes),
      maxHeldBackBytes: sizeBytes(limits.max_held_back_bytes),
      maxGroupsPerRule: limits.max_groups_per_rule,
      maxClientLagBytes: sizeBytes(limits.max_client_lag_bytes),
    },
  };
}

function toQuery(raw: RawQuery): QueryConfig {
  return {
    partialResponse: raw.partial_response,
    pushDown: raw.push_down,
    minHedgeDelayMs: durationMs(raw.min_hedge_delay),
    experimentalFunctions: raw.experimental_functions,
    limits: {
      maxConcurrent: raw.limits.max_concurrent,
      maxQueued: raw.limits.max_queued,
      maxSamples: raw.limits.max_samples,
      maxUpstreamBytes: sizeBytes(raw.limits.max_upstream_bytes),
    },
  };
}

function toAggregationRule(raw: RawAggregationRule, shardLabels: readonly string[]): AggregationRuleConfig {
  return {
    source: raw.source,
    record: raw.record,
    ...(raw.by === undefined ? { without: [...(raw.without ?? shardLabels)] } : { by: [...raw.by] }),
    function: raw.function,
    ...(raw.weight !== undefined && { weight: raw.weight }),
    ...(raw.ratio_of !== undefined && { ratioOf: [raw.ratio_of[0], raw.ratio_of[1]] as const }),
    ...(raw.quantile !== undefined && { quantile: raw.quantile }),
    onMissingShard: raw.on_missing_shard,
    holdForMs: durationMs(raw.hold_for),
    keepSource: raw.keep_source,
    continue: raw.continue,
    aggregationWindowMs: durationMs(raw.aggregation_window),
  };
}

function sizeBytes(raw: RawSize): number {
  const parsed = parseSize(String(raw));
  assert(parsed !== undefined);
  return parsed;
}
