import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { type Exporter, startExporter } from '../servers/exporter/exporter.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { type PrometheusServer, startPrometheus } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';

/** After a start a server knows the targets of a job once this time has passed, or earlier. */
const SLOW_INTERVAL_S = 10;
const SERIES = 200;
const EVERYTHING = '{__name__=~"fast_.+|slow_.+"}';
const families = ['fast_a', 'fast_z', 'slow_b', 'slow_y'];

/** In `strategy: leader`: nobody else is read who could tell that series are missing. */
describeReal('a leader that is read alone and comes back without its data', ['prometheus'], ({ prometheus }) => {
  let exporter: Exporter;
  let leader: PrometheusServer;
  let sibling: PrometheusServer;
  let gateway: GatewayServer;

  beforeAll(async () => {
    exporter = await startExporter(
      ['fast', 'slow'].map((job) => ({
        job,
        instance: `${job}:1`,
        families: families
          .filter((name) => name.startsWith(job))
          .map((name) => ({
            name,
            type: 'gauge',
            series: Array.from({ length: SERIES }, (_, i) => ({ labels: { i: `${i}` }, valueAt: () => i })),
          })),
      })),
    );
    [leader, sibling] = await Promise.all([start('a', SLOW_INTERVAL_S), start('b', 1)]);
    await eventually(async () => {
      for (const replica of [leader, sibling]) expect(await familiesOf(replica)).toEqual(families);
    });
  });
  afterEach(async () => {
    await gateway?.close();
    if (!sibling.process.running) await sibling.restart({ keepData: true });
  });
  afterAll(async () => {
    await Promise.all([leader, sibling].map((replica) => replica?.close()));
    await exporter?.close();
  });

  function start(replica: string, slowIntervalS: number): Promise<PrometheusServer> {
    const scrape = (job: string, intervalS: number) => ({
      job_name: job,
      scrape_interval: `${intervalS}s`,
      scrape_timeout: '1s',
      static_configs: exporter.staticConfigs,
      relabel_configs: [{ source_labels: ['job'], regex: job, action: 'keep' }],
    });
    return startPrometheus({
      name: `slave-0${replica}`,
      binary: prometheus,
      runDirectory: inject('runDirectory'),
      config: {
        global: { external_labels: { slave: '0', replica } },
        scrape_configs: [scrape('fast', 1), scrape('slow', slowIntervalS)],
      },
    });
  }

  /** A gateway that has read everything from the leader. */
  async function startReading(deduplication: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await eventually(async () => expect(await familiesOf(leader)).toEqual(families));
    const targets = [leader, sibling].map(({ address }) => address);
    gateway = await startGateway({
      runDirectory: inject('runDirectory'),
      config: {
        shards: [{ name: 'slave-0', labels: { slave: '0' }, static_configs: [{ targets }] }],
        deduplication: { strategy: 'leader', ...deduplication },
      },
    });
    expect(await seriesGiven()).toBe(families.length * SERIES);
    expect(await leaderName()).toBe(leader.address);
    expect(await samplesRead(sibling)).toBe(0);
  }
  async function familiesOf(replica: PrometheusServer): Promise<string[]> {
    const { samples } = readExposition(await replica.federate([EVERYTHING]));
    return [...new Set(samples.map(({ name }) => name))];
  }
  async function expectNewerThan(replica: PrometheusServer, timestampMs: number): Promise<void> {
    const { samples } = readExposition(await replica.federate([EVERYTHING]));
    expect(samples).toHaveLength(families.length * SERIES);
    expect(Math.min(...samples.map(({ timestamp }) => Number(timestamp)))).toBeGreaterThan(timestampMs);
  }
  async function seriesGiven(): Promise<number> {
    const { samples } = readExposition(await gateway.federate([EVERYTHING]));
    expect(samples.at(-1)).toMatchObject({ name: 'promgate_federate_shard_up', value: '1' });
    return samples.length - 1;
  }
  const metric = async (pattern: string): Promise<string | undefined> =>
    new RegExp(`^${pattern} (\\S+)$`, 'm').exec(await gateway.metrics())?.[1];
  async function leaderName(): Promise<string | undefined> {
    return /^promgate_shard_leader\{.*replica="(.+?)".*\} 1$/m.exec(await gateway.metrics())?.[1];
  }
  const samplesRead = async ({ address }: PrometheusServer): Promise<number> =>
    Number((await metric(`promgate_upstream_samples_total\\{.*replica="${address}".*\\}`)) ?? 0);

  /** Restarts the leader and tells what the gateway gave before it had scraped anything, which it does after seconds. */
  async function givenWhileEmpty(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const restartedMs = Date.now();
      await leader.restart({ keepData: false });
      // A sibling's sample leaves once it is newer than what the leader gave last.
      if (sibling.process.running) await eventually(() => expectNewerThan(sibling, restartedMs), { everyMs: 100 });
      const given = await seriesGiven();
      if ((await familiesOf(leader)).length === 0) return given;
      expect(attempt, 'restarts that were too slow').toBeLessThan(5);
      await gateway.close();
      await startReading();
    }
  }

  it('costs nobody a series, and loses its place', async () => {
    await startReading();
    expect(await givenWhileEmpty()).toBe(families.length * SERIES);
    expect(Number(await metric('promgate_shard_short_reads_total\\{shard="slave-0"\\}'))).toBe(1);
    expect(await leaderName()).toBe(sibling.address);
    await eventually(async () => expect(await seriesGiven()).toBe(families.length * SERIES));
  });

  it('gives what it has where no sibling lives', async () => {
    await startReading();
    await sibling.process.kill9();
    const given = await givenWhileEmpty();
    expect(given).toBeLessThanOrEqual(2 * SERIES);
    expect(await leaderName()).toBe(leader.address);
  });
});
