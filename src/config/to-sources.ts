import { resolve } from 'node:path';
import type { DiscoveryConfig, GlobalConfig, HttpSourceConfig, ReplicaAddressing } from './config.ts';
import type { ShardConfig, SourceConfig } from './config.ts';
import { durationMs } from './duration-ms.ts';
import { plainLabels } from './plain-labels.ts';
import type { RawDiscovery, RawHttpSource, RawShard, RawSources } from './raw-config.ts';
import { toHttpClient } from './to-http-client.ts';

/** The sources of a section: files, then URLs, then names. Relative paths are taken from `directory`. */
export function toSources(raw: RawSources, directory: string): SourceConfig[] {
  return [
    ...(raw.file_sd_configs ?? []).map(({ files, refresh_interval: interval }) => ({
      kind: 'file' as const,
      files: files.map((file) => resolve(directory, file)),
      refreshIntervalMs: durationMs(interval),
    })),
    ...(raw.http_sd_configs ?? []).map((source) => toHttpSource(source, directory)),
    ...(raw.dns_sd_configs ?? []).map(({ names, type, port, refresh_interval: interval }) => ({
      kind: 'dns' as const,
      names: [...names],
      type,
      ...(port !== undefined && { port }),
      refreshIntervalMs: durationMs(interval),
    })),
  ];
}

/** Without what `global` says: the credentials of replicas are nothing that others should get. */
function toHttpSource(raw: RawHttpSource, directory: string): HttpSourceConfig {
  const httpClient = toHttpClient(raw, {}, directory);
  return {
    kind: 'http',
    url: raw.url,
    refreshIntervalMs: durationMs(raw.refresh_interval),
    ...(httpClient !== undefined && { httpClient }),
  };
}

export function toAddressing(raw: Pick<RawShard | RawDiscovery, 'scheme' | 'path_prefix'>): ReplicaAddressing {
  return { scheme: raw.scheme, pathPrefix: raw.path_prefix.replace(/\/+$/, '') };
}

type Defaults = Pick<GlobalConfig, 'scrapeTimeoutMs'> & Pick<ShardConfig, 'httpClient'>;

export function toDiscovery(raw: RawDiscovery, global: Defaults, directory: string): DiscoveryConfig {
  return {
    staticGroups: (raw.static_configs ?? []).map(({ targets, labels = {} }) => ({
      targets: [...targets],
      labels: plainLabels(labels),
    })),
    sources: toSources(raw, directory),
    shardLabel: raw.shard_label,
    replicaLabel: raw.replica_label,
    labels: [...raw.labels],
    forgetAfterMs: durationMs(raw.forget_after),
    shard: {
      ...toAddressing(raw),
      ownsLabels: [...raw.owns_labels],
      scrapeTimeoutMs: raw.scrape_timeout === undefined ? global.scrapeTimeoutMs : durationMs(raw.scrape_timeout),
      enableCompression: raw.enable_compression,
      ...(global.httpClient !== undefined && { httpClient: global.httpClient }),
    },
  };
}
