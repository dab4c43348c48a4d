import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createReplicaMetrics } from '../../../src/telemetry/metrics/replica-metrics.ts';
import { observeReplicas } from '../../../src/telemetry/observe-replicas.ts';
import { createDivergence } from '../../../src/topology/divergence.ts';
import type { SampledSeries } from '../../../src/topology/shard-view.ts';
import { shardOf, shardOutcome } from '../topology/outcomes.ts';

function telemetry() {
  const registry = new Registry();
  const lines: [level: string, fields: unknown, message: string][] = [];
  const logTo =
    (level: string) =>
    (fields: unknown, message: string): void =>
      void lines.push([level, fields, message]);
  const observe = observeReplicas({
    metrics: { replicas: createReplicaMetrics(registry) },
    logger: { info: logTo('info'), warn: logTo('warn') } as never,
    shards: [shardOf(2)],
    divergences: [createDivergence()],
    isThere: () => true,
    now: () => 0,
  });
  const metric = async (name: string): Promise<Record<string, number>> => {
    const { values } = await registry.getSingleMetric(name)!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels['replica'] ?? labels['shard'], value]));
  };
  return { lines, observe, metric };
}

/** Series of which the second replica has other values. */
function differing(count: number, timestampMs: number, by = 1): SampledSeries {
  return {
    labels: Array.from({ length: count }, (_, i) => `m{i="${i}"}`),
    timestampsMs: new Float64Array(2 * count).fill(timestampMs),
    values: Float64Array.from({ length: 2 * count }, (_, i) => 7 + (i % 2) * by),
  };
}

it('sets what one read showed of each replica', async () => {
  const { observe, metric } = telemetry();
  observe(
    0,
    shardOutcome([
      { clockSkewMs: -1500, newestSampleMs: 1_000_000, missing: 3 },
      { clockSkewMs: 600_000, newestSampleMs: 998_000 },
    ]),
  );
  const [first, second] = ['prom-0:9090', 'prom-1:9090'] as const;
  expect(await metric('promgate_replica_clock_skew_seconds')).toEqual({ [first]: -1.5, [second]: 600 });
  expect(await metric('promgate_replica_sample_lag_seconds')).toEqual({ [first]: 0, [second]: 2 });
  expect(await metric('promgate_replica_missing_series')).toEqual({ [first]: 3, [second]: 0 });
  expect(await metric('promgate_replica_divergent_series')).toEqual({ [first]: 0, [second]: 0 });
  // A read that shows nothing leaves what is known.
  observe(
    0,
    shardOutcome([
      { clockSkewMs: NaN, newestSampleMs: -Infinity },
      { result: 'failed', missing: 9 },
    ]),
  );
  expect(await metric('promgate_replica_clock_skew_seconds')).toMatchObject({ [first]: -1.5 });
  expect(await metric('promgate_replica_sample_lag_seconds')).toEqual({ [first]: 0, [second]: 2 });
  expect(await metric('promgate_replica_missing_series')).toEqual({ [first]: 3, [second]: 0 });
});

it('logs when divergence begins, with five examples, and when it ends', async () => {
  const { observe, metric, lines } = telemetry();
  for (const timestampMs of [1000, 2000, 3000])
    observe(0, shardOutcome([{}, {}], { sampled: differing(7, timestampMs) }));
  expect(await metric('promgate_replica_divergent_series')).toEqual({ 'prom-0:9090': 0, 'prom-1:9090': 7 });
  expect(await metric('promgate_replica_sampled_series')).toEqual({ 'slave-0': 7 });
  observe(0, shardOutcome([{}, {}], { sampled: differing(7, 4000, 0) }));
  expect(lines.map(([level, , message]) => `${level} ${message.slice(0, 30)}`)).toEqual([
    'warn a replica has other values tha',
    'info a replica no longer differs fr',
  ]);
  expect(lines[0]![1]).toMatchObject({
    shard: 'slave-0',
    replica: 'prom-1:9090',
    leader: 'prom-0:9090',
    divergent: 7,
    sampled: 7,
    examples: [0, 1, 2, 3, 4].map((i) => `m{i="${i}"} 8 @ 2000, leader: 7 @ 2000`),
  });
});
