import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { constantFamily, movingCount } from '../servers/exporter/exporter-families.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { startPrometheus, type PrometheusServer } from '../servers/process/prometheus.ts';
import { startVmalert, type VmalertServer } from '../servers/process/vmalert.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';

const instances = Array.from({ length: 8 }, (_, i) => `api-${i}:8080`);

/** Faults come one after another: the order of these tests matters. */
describeReal('vmalert with its rules on the gateway', ['prometheus', 'vmalert'], (paths) => {
  let fleet: Fleet;
  let gateway: GatewayServer;
  let store: PrometheusServer;
  let vmalert: VmalertServer;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    const families = [
      constantFamily('capacity', [[{}, 10]]),
      { name: 'requests_total', type: 'counter', series: [{ labels: {}, valueAt: movingCount(5) }] } as const,
    ];
    [fleet, store] = await Promise.all([
      startFleet({
        binary: paths.prometheus,
        runDirectory,
        targets: instances.map((instance) => ({ job: 'api', instance, families })),
        shards: 2,
        replicas: 2,
      }),
      startPrometheus({
        name: 'store',
        binary: paths.prometheus,
        runDirectory,
        config: {},
        flags: ['--web.enable-remote-write-receiver'],
      }),
    ]);
    gateway = await startGateway({ runDirectory, config: { shards: fleet.gatewayShards } });
    vmalert = await startVmalert({
      binary: paths.vmalert,
      runDirectory,
      datasource: gateway.url,
      remoteWrite: store.url,
      groups: [
        {
          name: 'fleet',
          interval: '1s',
          rules: [
            { record: 'job:capacity:sum', expr: 'sum by (job) (capacity)' },
            { record: 'slave:up:count', expr: 'count by (slave) (up == 1)' },
            { alert: 'TargetDown', expr: 'up == 0', labels: { severity: 'page' } },
            { alert: 'TargetGone', expr: 'absent(up{job="api"})' },
          ],
        },
      ],
    });
  });

  afterAll(async () => {
    await vmalert?.close();
    await Promise.all([gateway?.close(), store?.close(), fleet?.close()]);
  });

  /** Rules that failed, with their reason. */
  const failures = async (): Promise<readonly string[]> => {
    const rules = await vmalert.rules();
    expect(rules).toHaveLength(4);
    return rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => `${name}: ${lastError}`);
  };
  const alerts = async (name: string): Promise<readonly Readonly<Record<string, string>>[]> =>
    (await vmalert.rules())
      .filter((rule) => rule.name === name)
      .flatMap((rule) => rule.alerts ?? [])
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => labels);

  /** What the newest half minute of the recorded sum holds. */
  const recordedSums = async (): Promise<readonly (readonly [timestampSeconds: number, value: string])[]> =>
    (await store.query('job:capacity:sum{job="api"}[30s]'))[0]!.values;
  /** Values recorded at or after a time, each once. */
  const valuesSince = async (seconds: number): Promise<readonly string[]> => [
    ...new Set((await recordedSums()).filter(([at]) => at >= seconds).map(([, value]) => value)),
  ];

  it('records what all shards hold together', async () => {
    await eventually(async () => {
      expect(await failures()).toEqual([]);
      const sum = await store.query('job:capacity:sum{job="api"}');
      expect(sum.map(({ values }) => values[0]![1])).toEqual(['80']);
      const counts = await store.query('sum(slave:up:count)');
      expect(counts[0]!.values[0]![1]).toBe('8');
    });
    const shards = (await store.query('slave:up:count')).map(({ metric }) => metric['slave']);
    expect(new Set(shards)).toEqual(new Set(['0', '1']));
    expect(await alerts('TargetDown')).toEqual([]);
  });

  it('fires for a target of one shard, with the shard’s label, and ends when it is back', async () => {
    fleet.exporter.replace('api-3:8080', undefined);
    const [fired] = await eventually(async () => {
      const found = await alerts('TargetDown');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(fired).toMatchObject({ alertname: 'TargetDown', instance: 'api-3:8080', job: 'api', severity: 'page' });
    expect(fired!['slave']).toMatch(/^[01]$/);
    expect(fired).not.toHaveProperty('replica');
    await eventually(async () => {
      const firing = await store.query('ALERTS{alertstate="firing"}');
      expect(firing.map(({ metric }) => metric['instance'])).toEqual(['api-3:8080']);
    });
    fleet.exporter.replace('api-3:8080', [constantFamily('capacity', [[{}, 10]])]);
    await eventually(async () => {
      expect(await alerts('TargetDown')).toEqual([]);
      expect((await recordedSums()).at(-1)?.[1]).toBe('80');
    });
  });

  it('neither fires nor fails when a replica of each shard is killed', async () => {
    const killedSeconds = Date.now() / 1000;
    for (const { replicas } of fleet.shards) await replicas[0]!.process.kill9();
    await eventually(async () => {
      const newest = (await recordedSums()).at(-1)![0];
      expect(newest).toBeGreaterThan(killedSeconds + 10);
    });
    expect(await failures()).toEqual([]);
    expect(await valuesSince(killedSeconds)).toEqual(['80']);
    expect([...(await alerts('TargetDown')), ...(await alerts('TargetGone'))]).toEqual([]);
  });

  it('is told that a shard is dead, and does not take it for a smaller fleet', async () => {
    const killedSeconds = Date.now() / 1000 - 5;
    await fleet.shards[0]!.replicas[1]!.process.kill9();
    await eventually(async () => {
      const failed = await failures();
      expect(failed).toHaveLength(4);
      for (const failure of failed) expect(failure).toContain(fleet.shards[0]!.name);
    });
    expect(await valuesSince(killedSeconds)).toEqual(['80']);
    expect([...(await alerts('TargetDown')), ...(await alerts('TargetGone'))]).toEqual([]);
  });
});
