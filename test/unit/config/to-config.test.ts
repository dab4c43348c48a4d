import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { oneShard, parseSelector } from './check-text.ts';

const load = (text: string) => loadConfig(text, { file: 'f.yml', parseSelector }).config;

/** Of an aggregation rule's optional keys. */
const ruleDefaults = {
  function: 'auto',
  onMissingShard: 'withhold',
  holdForMs: 300_000,
  keepSource: true,
  continue: false,
  aggregationWindowMs: 3_600_000,
};

it('fills in every default', () => {
  expect(load(`${oneShard}aggregation_rules: [{source: 'slave:(.+)', record: 'job:$1'}]\n`)).toStrictEqual({
    global: {
      scrapeTimeoutMs: 10_000,
      queryTimeoutMs: 120_000,
      lookbackDeltaMs: 300_000,
      clientStallTimeoutMs: 60_000,
      maxMemoryBytes: 0,
      evaluationIntervalMs: 60_000,
      replicaLabels: ['replica'],
      externalLabels: {},
    },
    shards: [
      {
        name: 's',
        labels: {},
        ownsLabels: [],
        replicas: [{ name: 'h:1', url: 'http://h:1' }],
        scrapeTimeoutMs: 10_000,
        enableCompression: true,
      },
    ],
    deduplication: {
      strategy: 'merge',
      perReplica: [],
      minHedgeDelayMs: 250,
      minBytesPerSecond: 16_384,
      breaker: { failures: 3, minDelayMs: 1000, maxDelayMs: 15_000 },
      maxLeaderLagMs: 60_000,
      maxLeaderMissingRatio: 0.1,
      leaderPatienceMs: 60_000,
      maxFilledSeries: 65_536,
    },
    federation: {
      match: [],
      partialResponse: 'warn',
      timestamps: 'keep',
      reuseForMs: 0,
      coverageSeries: false,
      limits: {
        maxSeries: 0,
        maxResponseBytes: 0,
        maxConcurrent: 8,
        maxQueued: 64,
        maxLineBytes: 1_048_576,
        maxLabelValueBytes: 262_144,
        maxUpstreamBytes: 4_294_967_296,
        maxUpstreamWireBytes: 2_147_483_648,
        maxLabelsPerSeries: 1024,
        maxBufferedBytes: 67_108_864,
        maxHeldBackBytes: 67_108_864,
        maxGroupsPerRule: 100_000,
        maxClientLagBytes: 8_388_608,
      },
    },
    query: {
      partialResponse: 'abort',
      pushDown: true,
      minHedgeDelayMs: 1000,
      experimentalFunctions: false,
      limits: { maxConcurrent: 20, maxQueued: 1000, maxSamples: 50_000_000, maxUpstreamBytes: 1_073_741_824 },
    },
    sharding: {},
    aggregationRules: [
      {
        source: 'slave:(.+)',
        record: 'job:$1',
        without: [],
        ...ruleDefaults,
      },
    ],
  });
});

const everything = `
global:
  scrape_timeout: 11s
  query_timeout: 3m
  lookback_delta: 6m
  client_stall_timeout: 20s
  max_memory: 2GiB
  evaluation_interval: 30s
  replica_labels: [replica, __replica__]
  external_labels: {site: 007, __proto__: x}
shards:
- name: eu
  labels: {region: eu, slave: 1.10}
  owns_labels: [slave]
  static_configs: [{targets: ['a:1', '[::1]:2']}, {targets: ['c.example.net:3']}]
  scheme: https
  path_prefix: /prom/
  scrape_timeout: 1m
  enable_compression: false
deduplication:
  strategy: leader
  per_replica: ['{job="prometheus"}']
  min_hedge_delay: 0
  min_bytes_per_second: 1KiB
  breaker: {failures: 0, min_delay: 2s, max_delay: 1m}
  max_leader_lag: 2m
  max_leader_missing_ratio: 0
  leader_patience: 0s
  max_filled_series: 10
federation:
  match: [up, 'x{a="b"}']
  partial_response: abort
  timestamps: drop
  reuse_for: 3s
  coverage_series: true
  limits:
    max_series: 5
    max_response_bytes: 1GB
    max_concurrent: 2
    max_queued: 3
    max_line_bytes: 2048
    max_label_value_bytes: 100
    max_upstream_bytes: 0
    max_upstream_wire_bytes: 1MiB
    max_labels_per_series: 20
    max_buffered_bytes: 1.5MiB
    max_held_back_bytes: 2KB
    max_groups_per_rule: 7
    max_client_lag_bytes: 9KiB
aggregation_rules:
- {source: a, record: b, by: [x], function: avg, weight: c, on_missing_shard: hold, hold_for: 0, keep_source: false, continue: true, aggregation_window: 2h}
- {source: '(?P<n>a)', record: '$n', without: [x], quantile: 0.5, on_missing_shard: partial}
- {source: c, record: d, ratio_of: [e, f]}
`;

it('maps every key', () => {
  const config = load(everything);
  expect(config.global).toStrictEqual({
    scrapeTimeoutMs: 11_000,
    queryTimeoutMs: 180_000,
    lookbackDeltaMs: 360_000,
    clientStallTimeoutMs: 20_000,
    maxMemoryBytes: 2_147_483_648,
    evaluationIntervalMs: 30_000,
    replicaLabels: ['replica', '__replica__'],
    externalLabels: Object.fromEntries([
      ['site', '007'],
      ['__proto__', 'x'],
    ]),
  });
  expect(config.shards).toStrictEqual([
    {
      name: 'eu',
      labels: { region: 'eu', slave: '1.10' },
      ownsLabels: ['slave'],
      replicas: [
        { name: 'a:1', url: 'https://a:1/prom' },
        { name: '[::1]:2', url: 'https://[::1]:2/prom' },
        { name: 'c.example.net:3', url: 'https://c.example.net:3/prom' },
      ],
      scrapeTimeoutMs: 60_000,
      enableCompression: false,
    },
  ]);
  expect(config.deduplication).toStrictEqual({
    strategy: 'leader',
    perReplica: ['{job="prometheus"}'],
    minHedgeDelayMs: 0,
    minBytesPerSecond: 1024,
    breaker: { failures: 0, minDelayMs: 2000, maxDelayMs: 60_000 },
    maxLeaderLagMs: 120_000,
    maxLeaderMissingRatio: 0,
    leaderPatienceMs: 0,
    maxFilledSeries: 10,
  });
  expect(config.federation).toStrictEqual({
    match: ['up', 'x{a="b"}'],
    partialResponse: 'abort',
    timestamps: 'drop',
    reuseForMs: 3000,
    coverageSeries: true,
    limits: {
      maxSeries: 5,
      maxResponseBytes: 1_073_741_824,
      maxConcurrent: 2,
      maxQueued: 3,
      maxLineBytes: 2048,
      maxLabelValueBytes: 100,
      maxUpstreamBytes: 0,
      maxUpstreamWireBytes: 1_048_576,
      maxLabelsPerSeries: 20,
      maxBufferedBytes: 1_572_864,
      maxHeldBackBytes: 2048,
      maxGroupsPerRule: 7,
      maxClientLagBytes: 9216,
    },
  });
});

it('maps every key of query', () => {
  const { query } = load(`${oneShard}query:
  partial_response: warn
  push_down: false
  min_hedge_delay: 2s
  experimental_functions: true
  limits: { max_concurrent: 1, max_queued: 0, max_samples: 9, max_upstream_bytes: 3KiB }`);
  expect(query).toEqual({
    partialResponse: 'warn',
    pushDown: false,
    minHedgeDelayMs: 2000,
    experimentalFunctions: true,
    limits: { maxConcurrent: 1, maxQueued: 0, maxSamples: 9, maxUpstreamBytes: 3072 },
  });
});

it('maps every key of aggregation rules', () => {
  expect(load(everything).aggregationRules).toStrictEqual([
    {
      source: 'a',
      record: 'b',
      by: ['x'],
      function: 'avg',
      weight: 'c',
      onMissingShard: 'hold',
      holdForMs: 0,
      keepSource: false,
      continue: true,
      aggregationWindowMs: 7_200_000,
    },
    { ...ruleDefaults, source: '(?P<n>a)', record: '$n', without: ['x'], quantile: 0.5, onMissingShard: 'partial' },
    { ...ruleDefaults, source: 'c', record: 'd', without: ['region', 'slave'], ratioOf: ['e', 'f'] },
  ]);
});
