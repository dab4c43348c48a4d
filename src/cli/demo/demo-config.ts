/** A shard of the demo as the gateway has to know it. */
export interface DemoShard {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `host:port` of each replica. */
  readonly targets: readonly string[];
}

/**
 * The gateway configuration of the demo, as a user would write it. `lookback_delta` is short, so that a lost shard shows
 * within seconds, and far above the demo's scrape interval.
 */
export function demoConfig(shards: readonly DemoShard[], lookbackSeconds: number): string {
  return `global:
  scrape_timeout: 2s
  lookback_delta: ${lookbackSeconds}s
  replica_labels: [replica]
shards:
${shards.map(shardYaml).join('')}aggregation_rules:
# The 95th percentile over the whole fleet, from the summed buckets: the shards' own p95 series cannot be added up.
- source: 'slave:(.+)_bucket:rate5m'
  record: 'job:$1:p95'
  quantile: 0.95
  without: [slave]
  continue: true
- source: 'slave:(.+)'
  record: 'job:$1'
  without: [slave]
`;
}

function shardYaml({ name, labels, targets }: DemoShard): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}: ${JSON.stringify(value)}`);
  const quoted = targets.map((target) => `'${target}'`);
  return `- name: ${name}\n  labels: {${pairs.join(', ')}}\n  static_configs: [{targets: [${quoted.join(', ')}]}]\n`;
}
