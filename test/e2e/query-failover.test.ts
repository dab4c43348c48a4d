import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { constantFamily, type ExporterFamily, movingCount } from '../servers/exporter/exporter-families.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';

const instances = Array.from({ length: 8 }, (_, i) => `api-${i}:8080`);
const onThirdShard = 'api-2:8080';
const perSecond = 5;
/** Older than what a late scrape leaves behind, and younger than any hole. */
const OLD_SECONDS = 4;

/** The same samples whoever scrapes them: their timestamps are the target's. */
const sameForAll: ExporterFamily = {
  name: 'requests_total',
  type: 'counter',
  gridMs: 2000,
  series: [{ labels: {}, valueAt: movingCount(perSecond) }],
};
/** As it is at each scrape. */
const ownScrapes: ExporterFamily = {
  name: 'ticks_total',
  type: 'counter',
  series: [{ labels: {}, valueAt: movingCount(perSecond) }],
};

type Pair = readonly [seconds: number, value: string];
interface Answer {
  readonly data: {
    readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly values: readonly Pair[] }[];
  };
  readonly warnings?: readonly string[];
}

/**
 * Both replicas of the first shard are killed and come back, one after the other, and keep their data with a hole in it;
 * one of the second comes back without its data. One target of the third is in reach of one replica only.
 */
describeReal('queries over a time in which replicas died', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  let startSeconds: number;
  let endSeconds: number;
  const gateways = new Map<boolean, GatewayServer>();

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    const families = [constantFamily('capacity', [[{}, 10]]), sameForAll, ownScrapes];
    fleet = await startFleet({
      binary: prometheus,
      runDirectory,
      targets: instances.map((instance) => ({ job: 'api', instance, families })),
      shards: 3,
      replicas: 2,
      referenceRules: [],
      outOfReach: [onThirdShard],
    });
    for (const pushDown of [true, false]) {
      const config = { shards: fleet.gatewayShards, query: { push_down: pushDown } };
      gateways.set(pushDown, await startGateway({ runDirectory, config, name: `gateway-${pushDown}` }));
    }
    await eventually(async () => {
      const found = await fleet.reference!.query('count(count_over_time(ticks_total[5s]) >= 3)');
      expect(found[0]?.values[0]![1]).toBe(String(instances.length));
    });
    // Longer than any window below: the servers did not begin at one moment.
    await sleep(14_000);
    startSeconds = Math.ceil(Date.now() / 1000);
    await sleep(8000);
    await killFor(fleet.shards[0]!.replicas[0]!, { downMs: 7000, keepData: true });
    await sleep(6000);
    await Promise.all([
      killFor(fleet.shards[0]!.replicas[1]!, { downMs: 7000, keepData: true }),
      killFor(fleet.shards[1]!.replicas[1]!, { downMs: 3000, keepData: false }),
    ]);
    await sleep(6000);
    endSeconds = Math.floor(Date.now() / 1000) - 3;
  }, 120_000);

  afterAll(async () => {
    await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
    await fleet?.close();
  });

  const killFor = async (
    replica: Fleet['shards'][number]['replicas'][number],
    { downMs, keepData }: { readonly downMs: number; readonly keepData: boolean },
  ): Promise<void> => {
    await replica.process.kill9();
    await sleep(downMs);
    await replica.restart({ keepData });
  };

  const range = async (url: string, query: string): Promise<Answer> => {
    const body = new URLSearchParams({ query, start: `${startSeconds}`, end: `${endSeconds}`, step: '1' });
    const response = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body });
    expect(response.status).toBe(200);
    return (await response.json()) as Answer;
  };
  const steps = (): number => endSeconds - startSeconds + 1;

  it('the replicas really have different holes', async () => {
    const counts = await Promise.all(
      fleet.shards[0]!.replicas.map(async ({ url }) => {
        const { data } = await range(url, 'sum(count_over_time(requests_total[6s]))');
        return data.result[0]!.values.map(([, value]) => value);
      }),
    );
    expect(counts[0]).not.toEqual(counts[1]);
    for (const values of counts) expect(new Set(values).size).toBeGreaterThan(1);
  });

  describe.each([true, false])('with push_down %s', (pushDown) => {
    const ask = async (query: string): Promise<Answer['data']['result']> => {
      const { data, warnings = [] } = await range(gateways.get(pushDown)!.url, query);
      expect(warnings).toEqual([]);
      return data.result;
    };

    // Exactly what one server that never died says.
    it.each([
      'sum without (slave) (requests_total)',
      'sum(requests_total)',
      'sum(rate(requests_total[10s]))',
      'sum without (slave) (increase(requests_total[10s]))',
      'max(count_over_time(requests_total[10s]))',
      'sum(capacity)',
      'count(requests_total) + count(capacity)',
      'sum(resets(requests_total[10s]))',
    ])('%s is what one server says', async (query) => {
      const [got, wanted] = [await ask(query), (await range(fleet.reference!.url, query)).data.result];
      expect(wanted.length).toBeGreaterThan(0);
      const byMetric = (result: Answer['data']['result']): Map<string, readonly Pair[]> =>
        new Map(result.map(({ metric, values }) => [JSON.stringify(metric), values]));
      const found = byMetric(got);
      expect(found.size).toBe(got.length);
      for (const [metric, values] of byMetric(wanted)) {
        const own = found.get(metric) ?? [];
        expect(own.map(([at]) => at)).toEqual(values.map(([at]) => at));
        const apart = own.filter(([, value], i) => Math.abs(Number(value) - Number(values[i]![1])) > 1e-6);
        expect({ metric, startSeconds, apart }).toEqual({ metric, startSeconds, apart: [] });
      }
      expect(found.size).toBe(byMetric(wanted).size);
    });

    it('counters that each replica scrapes for itself show no reset, no gap and no old value', async () => {
      const resets = await ask('sum(resets(ticks_total[10s]))');
      expect(new Set(resets[0]!.values.map(([, value]) => value))).toEqual(new Set(['0']));
      const count = await ask('count(ticks_total)');
      expect(count[0]!.values).toEqual(Array.from({ length: steps() }, (_, i) => [startSeconds + i, '8']));
      // A sample is at most one interval old, or two where one replica takes over from the other.
      const age = await ask('max(time() - timestamp(ticks_total))');
      for (const [, value] of age[0]!.values) expect(Number(value)).toBeLessThan(OLD_SECONDS);
      const sum = await ask('sum(ticks_total)');
      for (const [at, value] of sum[0]!.values) {
        const behind = movingCount(perSecond)(at * 1000) - Number(value) / instances.length;
        expect(behind).toBeLessThan(OLD_SECONDS * perSecond);
        expect(behind).toBeGreaterThanOrEqual(0);
      }
    });

    it('rates stay near what the targets do', async () => {
      const rates = await ask('rate(ticks_total[10s])');
      expect(rates).toHaveLength(instances.length);
      for (const { values } of rates) {
        expect(values).toHaveLength(steps());
        for (const [, value] of values) expect(Number(value)).toBeGreaterThan(0.75 * perSecond);
        for (const [, value] of values) expect(Number(value)).toBeLessThan(1.25 * perSecond);
      }
    });

    it('a target that one replica alone can reach is there all the time', async () => {
      const [found, ...others] = await ask(`capacity{instance="${onThirdShard}"}`);
      expect(others).toEqual([]);
      expect(found!.values).toHaveLength(steps());
      expect(found!.metric).not.toHaveProperty('replica');
      const byShard = await ask('count by (slave) (capacity)');
      const perShard = byShard.map(({ values }) => new Set(values.map(([, value]) => value)).size);
      expect(perShard).toEqual([1, 1, 1]);
    });
  });
});
