import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { constantFamily, type ExporterFamily, movingCount } from '../servers/exporter/exporter-families.ts';
import { firstFall, longestGapMs, rawSamples } from '../servers/exposition/raw-samples.ts';
import { withoutReplica } from '../servers/exposition/replica-union.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';
import { rejectedSamples, startGlobalPrometheus, storedOutOfOrder } from '../servers/topology/global-prometheus.ts';
import { jobRules } from './fleet-series.ts';

const AFTERMATH_MS = 6000;
const JITTER_MS = 600;
/** A server gives out a sample only when its time has come: one from the future comes that much late. */
const AHEAD_MS = 3000;
const BEHIND_MS = -120_000;

/** A counter whose samples carry timestamps of their own, off by so much. */
const clocked = (name: string, aheadMs: number): ExporterFamily => ({
  name,
  type: 'counter',
  gridMs: 2000,
  skewMs: aheadMs,
  series: [{ labels: {}, valueAt: movingCount(20) }],
});
const plain: ExporterFamily = {
  name: 'shared_total',
  type: 'counter',
  series: [{ labels: {}, valueAt: movingCount(7) }],
};

/** One target writes a family that all have with timestamps from the future, another one with old timestamps. */
const targets = [
  { job: 'api', instance: 'ahead:1', families: [{ ...clocked('shared_total', AHEAD_MS) }] },
  { job: 'api', instance: 'behind:1', families: [clocked('behind_total', BEHIND_MS), plain] },
  { job: 'api', instance: 'plain:1', families: [plain, constantFamily('capacity', [[{}, 5]])] },
];

/** A server that takes what others refuse would store a sample that goes back in time, and a second value, without a word. */
describeReal('a global Prometheus that takes samples out of order', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  let gateway: GatewayServer;
  let global: PrometheusServer;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    const rule = { record: 'slave:shared:sum', expr: 'sum by (job) (shared_total{instance!="ahead:1"})' };
    fleet = await startFleet({
      binary: prometheus,
      runDirectory,
      targets,
      shards: 1,
      replicas: 2,
      shardRules: [{ name: 'slave', rules: [rule] }],
    });
    await eventually(async () => {
      for (const replica of fleet.shards[0]!.replicas)
        expect(await replica.federate(['slave:shared:sum'])).toContain('slave:shared:sum{');
    });
    gateway = await startGateway({
      runDirectory,
      config: {
        shards: fleet.gatewayShards,
        aggregation_rules: jobRules,
      },
    });
    global = await startGlobalPrometheus({
      binary: prometheus,
      runDirectory,
      gateway: gateway.address,
      match: ['{__name__=~".+"}'],
      outOfOrderTimeWindow: '30m',
    });
    await eventually(async () => {
      const [scrapes] = await global.query('count_over_time(up{job="federate"}[10s])');
      expect(Number(scrapes?.values[0]?.[1])).toBeGreaterThan(7);
    });
  });
  afterAll(async () => {
    await Promise.all([global?.close(), gateway?.close()]);
    await fleet?.close();
  });

  /** Of a series with its own clock, what is stored lies in the future or the past. */
  async function storedOf(selector: string): Promise<readonly { timestampMs: number; value: number }[]> {
    const timeSeconds = (Date.now() + AHEAD_MS + 10_000) / 1000;
    const [series] = await global.query(`${selector}[15m]`, timeSeconds);
    return (series?.values ?? []).map(([seconds, value]) => ({
      timestampMs: Math.round(seconds * 1000),
      value: Number(value),
    }));
  }

  async function expectNothingWentBack(): Promise<void> {
    expect(await storedOutOfOrder(global)).toBe(0);
    expect(await rejectedSamples(global)).toMatchObject({ duplicate: 0, outOfOrder: 0, outOfBounds: 0 });
  }

  async function expectNoLongGaps(alive: PrometheusServer): Promise<void> {
    const range = `${(2 * AFTERMATH_MS) / 1000}s`;
    const view = { replica: alive.name.slice(-1), shardLabels: fleet.shards[0]!.labels };
    const own = await rawSamples(alive, range, (labels) => withoutReplica(labels, view));
    const stored = await rawSamples(global, range);
    const scrapes = [...stored].find(([key]) => key.startsWith('["up"') && key.includes('"federate"'))![1];
    let compared = 0;
    for (const [key, samples] of own) {
      if (samples.length < 2) continue;
      const passed = [...(stored.get(key) ?? []), ...scrapes.slice(-1)];
      // Of a family the newest sample of all targets holds back what is older: a target may lose one of its own.
      const allowedMs = 2 * longestGapMs(samples) + longestGapMs(scrapes) + JITTER_MS;
      expect(longestGapMs(passed), key).toBeLessThanOrEqual(allowedMs);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
    const job = [...stored].find(([key]) => key.startsWith('["job:shared:sum"'))![1];
    expect(job.map(({ timestampMs }) => timestampMs)).toEqual(scrapes.map(({ timestampMs }) => timestampMs));
  }

  it('gets nothing old or twice when the leader dies and comes back, and no target waits for the clock of another', async () => {
    const [first, second] = fleet.shards[0]!.replicas as [PrometheusServer, PrometheusServer];
    await first.process.kill9();
    await sleep(AFTERMATH_MS);
    await expectNothingWentBack();
    await expectNoLongGaps(second);
    await first.restart({ keepData: false });
    await sleep(AFTERMATH_MS);
    await second.process.kill9();
    await sleep(AFTERMATH_MS);
    await expectNothingWentBack();
    await expectNoLongGaps(first);
    await second.restart({ keepData: true });
  });

  it.each([
    ['shared_total{instance="ahead:1"}', AHEAD_MS],
    ['behind_total', BEHIND_MS],
  ])('goes on with %s at its own time', async (selector, aheadMs) => {
    const stored = await storedOf(selector);
    expect(stored.length).toBeGreaterThan(5);
    expect(firstFall(stored)).toBeUndefined();
    expect(longestGapMs(stored)).toBeLessThanOrEqual(2000 + 2000 + JITTER_MS);
    expect(Math.abs(stored.at(-1)!.timestampMs - Date.now() - aheadMs)).toBeLessThan(8000);
  });
});
