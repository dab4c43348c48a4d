import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../../servers/describe-real.ts';
import { constantFamily, histogramFamily, movingCount } from '../../servers/exporter/exporter-families.ts';
import { readExposition } from '../../servers/exposition/read-exposition.ts';
import { eventually } from '../../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../../servers/topology/fleet.ts';

describeReal('the harness', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({
      binary: prometheus,
      runDirectory: inject('runDirectory'),
      shards: 2,
      replicas: 2,
      targets: ['api-0', 'api-1', 'api-2', 'api-3'].map((instance) => ({
        job: 'api',
        instance,
        families: [
          constantFamily('capacity_bytes', [[{ 'zone.name': 'a' }, 7]]),
          { name: 'grid_total', type: 'counter', gridMs: 2000, series: [{ labels: {}, valueAt: movingCount(1) }] },
          histogramFamily('latency_seconds', { path: '/' }, 3),
        ],
      })),
      shardRules: [{ name: 'slave', rules: [{ record: 'slave:up:sum', expr: 'sum by (job) (up)' }] }],
      referenceRules: [{ name: 'job', rules: [{ record: 'job:up:sum', expr: 'sum by (job) (up)' }] }],
    });
  });
  afterAll(() => fleet?.close());

  it('divides the targets among the shards and records rules', async () => {
    await eventually(async () => {
      const sums = await Promise.all(
        fleet.shards.map(async ({ replicas }) => {
          const { samples } = readExposition(await replicas[0]!.federate(['slave:up:sum']));
          return Number(samples[0]?.value);
        }),
      );
      expect(sums[0]! + sums[1]!).toBe(4);
      expect(Math.min(...sums)).toBeGreaterThan(0);
      const [reference] = await fleet.reference!.query('job:up:sum');
      expect(reference?.values[0]?.[1]).toBe('4');
    });
  });

  it('serves explicit timestamps on a grid and names in UTF-8', async () => {
    await eventually(async () => {
      const { samples } = readExposition(await fleet.reference!.federate(['grid_total', 'capacity_bytes']));
      expect(samples.filter(({ name }) => name === 'grid_total').length).toBe(4);
      for (const sample of samples) {
        if (sample.name === 'grid_total') expect(Number(sample.timestamp) % 2000).toBe(0);
        else expect(sample.labels['zone.name']).toBe('a');
      }
    });
  });

  it('kills, restarts, freezes and thaws a server on the same port', async () => {
    const replica = fleet.shards[0]!.replicas[1]!;
    await replica.process.kill9();
    await expect(replica.federate(['up'])).rejects.toThrow();
    await replica.restart({ keepData: true });
    expect(readExposition(await replica.federate(['up'])).samples.length).toBeGreaterThan(0);
    replica.process.stop();
    await expect(fetch(`${replica.url}/-/ready`, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
    replica.process.cont();
    await eventually(async () => expect((await fetch(`${replica.url}/-/ready`)).status).toBe(200));
    await replica.restart({ keepData: false });
  });
});
