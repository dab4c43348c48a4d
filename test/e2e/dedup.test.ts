import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import type { DedupExplanation } from '../../src/federate/pipeline/dedup-explanation.ts';
import { describeReal } from '../servers/describe-real.ts';
import { type Exporter, type ExporterTarget, startExporter } from '../servers/exporter/exporter.ts';
import { constantFamily, movingCount } from '../servers/exporter/exporter-families.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { type PrometheusServer, startPrometheus } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { fleetScrape } from '../servers/topology/fleet.ts';

const target = (capacity: number, start: number): ExporterTarget => ({
  job: 'api',
  instance: 'api:1',
  families: [
    constantFamily('capacity', [[{ zone: 'a' }, capacity]]),
    constantFamily('same', [[{}, 5]]),
    {
      name: 'requests_total',
      type: 'counter',
      series: [{ labels: {}, valueAt: (ms) => start + movingCount(20)(ms) }],
    },
    {
      name: 'many',
      type: 'gauge',
      series: Array.from({ length: 300 }, (_, i) => ({ labels: { i: `${i}` }, valueAt: () => i })),
    },
  ],
});

/** The replicas scrape what should be one target at two exporters. */
describeReal('replicas of a shard side by side', ['prometheus'], ({ prometheus }) => {
  let exporters: Exporter[];
  let replicas: PrometheusServer[];
  let gateway: GatewayServer;
  const selectors = ['{job=~".+"}', '{__name__=~"slave:.+"}'];

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    exporters = await Promise.all([0, 1].map(() => startExporter([target(5, 0)])));
    replicas = await Promise.all(
      exporters.map((exporter, i) =>
        startPrometheus({
          name: `slave-0${'ab'[i]!}`,
          binary: prometheus,
          runDirectory,
          config: {
            global: {
              scrape_interval: '1s',
              scrape_timeout: '1s',
              evaluation_interval: '1s',
              external_labels: { slave: '0', replica: 'ab'[i]! },
            },
            scrape_configs: [fleetScrape(exporter)],
          },
          rules: [{ name: 'r', rules: [{ record: 'slave:requests:sum', expr: 'sum by (job) (requests_total)' }] }],
        }),
      ),
    );
    await eventually(async () => {
      for (const replica of replicas) expect(await replica.federate(selectors)).toContain('slave:requests:sum');
    });
    gateway = await start();
  });
  afterEach(async () => {
    for (const exporter of exporters) exporter.replace('api:1', target(5, 0).families);
    for (const replica of replicas) if (!replica.process.running) await replica.restart({ keepData: true });
  });
  afterAll(async () => {
    await Promise.all([gateway, ...(replicas ?? [])].map((server) => server?.close()));
    await Promise.all((exporters ?? []).map((exporter) => exporter.close()));
  });

  function start(): Promise<GatewayServer> {
    const targets = replicas.map(({ address }) => address);
    const shards = [{ name: 'slave-0', labels: { slave: '0' }, static_configs: [{ targets }] }];
    return startGateway({ runDirectory: inject('runDirectory'), config: { shards } });
  }
  async function explain(match: readonly string[], parameters: Record<string, string> = {}): Promise<DedupExplanation> {
    const query = new URLSearchParams(parameters);
    for (const text of match) query.append('match[]', text);
    const response = await fetch(`${gateway.url}/api/v1/gateway/dedup?${query.toString()}`);
    const { data } = (await response.json()) as { data: DedupExplanation };
    return data;
  }
  async function metric(name: string, of = gateway): Promise<Record<string, number>> {
    const rows = [...(await of.metrics()).matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))];
    return Object.fromEntries(
      rows.map(([, labels, value]) => [/replica="([^"]+)"/.exec(labels!)?.[1] ?? labels!, Number(value)]),
    );
  }
  const [first, second] = [0, 1].map((i) => () => replicas[i]!.address) as [() => string, () => string];

  it('explains what an answer then holds', async () => {
    await gateway.federate(selectors);
    const { shards, series, truncated } = await explain(['{__name__=~"capacity|requests_total"}', 'up']);
    const { samples } = readExposition(await gateway.federate(['{__name__=~"capacity|requests_total"}', 'up']));
    expect(truncated).toBe(false);
    expect(shards).toMatchObject([
      {
        shard: 'slave-0',
        leader: first(),
        watermark: null,
        replicas: [{ result: 'complete' }, { result: 'complete' }],
      },
    ]);
    expect(series.map(({ labels }) => labels['__name__'])).toEqual(['capacity', 'requests_total', 'up']);
    const given = samples.filter(({ name }) => !name.startsWith('promgate_'));
    expect(series).toHaveLength(given.length);
    for (const [i, one] of series.entries()) {
      const { __name__, ...labels } = one.labels;
      const { instance = '', ...rest } = given[i]!.labels;
      expect(labels).toEqual(instance === '' ? rest : { instance, ...rest });
      expect(one).toMatchObject({ outcome: 'given', winner: first(), shard: 'slave-0' });
      expect(one.candidates.map(({ replica }) => replica)).toEqual([first(), second()]);
    }
    expect(series[0]!.candidates.map(({ value }) => value)).toEqual(['5', '5']);
  });

  it('changes nothing, sees the death of the leader, and says what is held back', async () => {
    await gateway.federate(selectors);
    const before = await metric('promgate_dedup_samples_total');
    const given = (await explain(['same'])).shards[0]!.lastGiven!;
    await replicas[0]!.process.kill9();
    const { shards, series } = await explain(['same']);
    expect(shards[0]).toMatchObject({ leader: second(), watermark: null, lastGiven: given });
    expect(shards[0]!.replicas[0]).toMatchObject({ result: 'failed', error: expect.stringContaining(first()) });
    expect(series[0]).toMatchObject({ outcome: expect.stringMatching('given|suppressed'), winner: second() });
    expect(await metric('promgate_shard_leader')).toEqual({ [first()]: 1, [second()]: 0 });
    expect(await metric('promgate_dedup_samples_total')).toEqual(before);
    // Now it is taken to heart.
    await gateway.federate(selectors);
    const after = await explain(['same']);
    expect(after.shards[0]!.leader).toBe(second());
    expect(after.shards[0]!.watermark).toBeGreaterThanOrEqual(given);
    expect(await metric('promgate_shard_leader')).toEqual({ [first()]: 0, [second()]: 1 });
  });

  it('explains no more than it is asked for, and as text', async () => {
    const few = await explain(['{job=~".+"}'], { limit: '3' });
    expect([few.series.length, few.truncated]).toEqual([3, true]);
    const some = await explain(['many']);
    expect([some.series.length, some.truncated]).toEqual([100, true]);
    const all = await explain(['many'], { limit: '300' });
    expect([all.series.length, all.truncated]).toEqual([300, false]);
    const response = await fetch(`${gateway.url}/api/v1/gateway/dedup?match[]=same&format=text`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toMatch(
      /^shard slave-0: leader \S+, watermark .*\n {2}\S+: complete, 1 series, newest sample 20.*\n {2}\S+: complete.*\n\nsame\{instance="api:1",job="api",slave="0"\}\n {2}slave-0: \w+: .*\n/,
    );
  });

  it.each([
    ['', 'no match[] parameter provided'],
    ['match[]={', 'parse error'],
    ['match[]=up&limit=-1', 'limit must be non-negative'],
    ['match[]=up&limit=10001', '10001 series are more than 10000'],
  ])('refuses %j', async (query, error) => {
    const response = await fetch(`${gateway.url}/api/v1/gateway/dedup?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringContaining(error),
    });
  });

  it('tells clocks, lag and series that one replica lacks', async () => {
    await gateway.federate(selectors);
    for (const skew of Object.values(await metric('promgate_replica_clock_skew_seconds')))
      expect(Math.abs(skew)).toBeLessThanOrEqual(1);
    const lags = Object.values(await metric('promgate_replica_sample_lag_seconds'));
    expect(Math.min(...lags)).toBe(0);
    expect(Math.max(...lags)).toBeLessThan(5);
    expect(await metric('promgate_replica_missing_series')).toEqual({ [first()]: 0, [second()]: 0 });
    exporters[1]!.replace('api:1', target(5, 0).families.slice(0, 3));
    await eventually(async () => {
      await gateway.federate(selectors);
      expect(await metric('promgate_replica_missing_series')).toEqual({ [first()]: 0, [second()]: 300 });
    });
  });

  it('sees values that differ, says so in the log, and when it is over', async () => {
    const read = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        await gateway.federate(selectors);
        await new Promise((resolve) => setTimeout(resolve, 1100));
      }
    };
    await read(4);
    const differing = (counts: Record<string, number>): number => Math.max(...Object.values(counts));
    expect(differing(await metric('promgate_replica_divergent_series'))).toBe(0);
    expect(gateway.process.logs).not.toContain('a replica has other values');
    // The second replica's target is another one now: another constant, another start of the counter.
    exporters[1]!.replace('api:1', target(6, 100_000).families);
    // What they moved by is forgotten first.
    await eventually(async () => {
      await read(1);
      expect(differing(await metric('promgate_replica_divergent_series'))).toBeGreaterThanOrEqual(1);
      expect(gateway.process.logs).toContain('a replica has other values');
      expect(gateway.process.logs).toMatch(/api:1.*\} \d+ @ \d{13}, leader: \d+ @ \d{13}/);
    });
    exporters[1]!.replace('api:1', target(5, 0).families);
    await eventually(async () => {
      await read(1);
      expect(differing(await metric('promgate_replica_divergent_series'))).toBe(0);
      expect(gateway.process.logs).toContain('a replica no longer differs');
    });
  });

  it('leaves a leader at once that came back without its data', async () => {
    // One that has seen no change of leader yet.
    const fresh = await start();
    try {
      for (let i = 0; i < 2; i++) await fresh.federate(selectors);
      expect(await metric('promgate_shard_leader', fresh)).toEqual({ [first()]: 1, [second()]: 0 });
      exporters[0]!.replace('api:1', undefined);
      await replicas[0]!.restart({ keepData: false });
      await fresh.federate(selectors);
      expect(await metric('promgate_shard_leader', fresh)).toEqual({ [first()]: 0, [second()]: 1 });
      expect(fresh.process.logs).toContain('incomplete');
    } finally {
      await fresh.close();
    }
  });
});
