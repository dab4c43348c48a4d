import { stringify } from 'yaml';

export interface GatewayConfigOptions {
  /** Addresses (`host:port`) by shard, then replica. */
  readonly shards: readonly (readonly string[])[];
  /** Whether the gateway asks its upstreams for gzip. */
  readonly compression: boolean;
  /** Entries of `aggregation_rules`, in YAML's own keys. */
  readonly rules?: readonly Readonly<Record<string, unknown>>[];
  readonly strategy?: 'merge' | 'leader';
  /** Fan-outs at once; the default is the gateway's own. */
  readonly maxConcurrent?: number;
}

/** Names the external label `slave` that every shard of a data set carries; limits stay at their defaults but for what is given. */
export function gatewayConfig(options: GatewayConfigOptions): string {
  const { shards, compression, rules = [], strategy = 'merge', maxConcurrent } = options;
  return stringify({
    global: { scrape_timeout: '2m', replica_labels: ['replica'] },
    shards: shards.map((targets, index) => ({
      name: `slave-${index}`,
      labels: { slave: String(index) },
      static_configs: [{ targets }],
      enable_compression: compression,
    })),
    deduplication: { strategy },
    ...(maxConcurrent === undefined ? {} : { federation: { limits: { max_concurrent: maxConcurrent } } }),
    ...(rules.length > 0 ? { aggregation_rules: rules } : {}),
  });
}
