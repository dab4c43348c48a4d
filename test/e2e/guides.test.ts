import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { constantFamily } from '../servers/exporter/exporter-families.ts';
import { type ExpositionSample, readExposition } from '../servers/exposition/read-exposition.ts';
import { bySeries } from '../servers/exposition/replica-union.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { promtoolParseError } from '../servers/process/promtool.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';

/** One server each: two regions, two environments, two teams. */
const shardLabels = [
  { region: 'eu', env: 'prod', team: 'payments' },
  { region: 'us', env: 'prod', team: 'search' },
  { region: 'ap', env: 'staging', team: 'payments' },
];
const without = ['region', 'env', 'team'];

const shardRules = [
  {
    name: 'guide',
    rules: [
      { record: 'region:up:sum', expr: 'sum by (job) (up)' },
      { record: 'region:api_latency:max', expr: 'max by (job) (latency_seconds)' },
      { record: 'region:api_latency:p95', expr: 'quantile by (job) (0.95, latency_seconds)' },
      { record: 'slave:up:sum', expr: 'sum by (job) (up)' },
      { record: 'slave:latency_seconds:max', expr: 'max by (job) (latency_seconds)' },
      { record: 'job:up:sum', expr: 'sum by (job) (up)' },
      { record: 'job:own:count', expr: 'count by (job) (up)' },
    ],
  },
];

describeReal('the topologies of the classic guides', ['prometheus', 'promtool'], ({ prometheus, promtool }) => {
  const runDirectory = inject('runDirectory');
  const gateways: GatewayServer[] = [];
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({
      binary: prometheus,
      runDirectory,
      shards: 3,
      replicas: 1,
      shardLabels: (shard) => shardLabels[shard]!,
      shardRules,
      targets: [0, 1, 2, 3, 4, 5].map((i) => ({
        job: 'api',
        instance: `api-${i}:8080`,
        families: [
          constantFamily('latency_seconds', [[{}, 0.25 * (i + 1)]]),
          // A target may know better whose it is than the server that scrapes it.
          ...(i === 0 ? [constantFamily('adopted', [[{ team: 'search' }, 1]])] : []),
        ],
      })),
    });
    await eventually(async () => {
      for (const { replicas } of fleet.shards)
        expect(await replicas[0]!.federate(['job:own:count'])).toContain('job:own');
    });
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await fleet?.close();
  });

  async function start(config: Readonly<Record<string, unknown>>): Promise<GatewayServer> {
    const gateway = await startGateway({ runDirectory, config: { shards: fleet.gatewayShards, ...config } });
    gateways.push(gateway);
    return gateway;
  }

  async function read(gateway: GatewayServer, ...selectors: string[]): Promise<readonly ExpositionSample[]> {
    const body = await gateway.federate(selectors);
    expect(await promtoolParseError(promtool, body)).toBeUndefined();
    const { samples, types } = readExposition(body);
    bySeries(samples);
    expect(new Set(types.map(([name]) => name)).size).toBe(types.length);
    return samples;
  }

  const shown = (samples: readonly ExpositionSample[]): unknown[] =>
    samples
      .filter(({ name }) => name !== 'promgate_federate_shard_up')
      .map(({ name, labels, value }) => {
        // Outputs of rules carry instance="", and so do recorded series.
        const named = Object.entries(labels).filter(([, text]) => text !== '');
        return [name, Object.fromEntries(named), value];
      });

  describe('regional federation', () => {
    let gateway: GatewayServer;
    beforeAll(async () => {
      gateway = await start({ aggregation_rules: [{ source: 'region:(.+)', record: 'global:$1', without }] });
    });

    it('re-aggregates region:* to the whole world', async () => {
      expect(shown(await read(gateway, '{__name__=~"global:.*"}'))).toEqual([
        ['global:api_latency:max', { job: 'api' }, '1.5'],
        ['global:up:sum', { job: 'api' }, '6'],
      ]);
    });

    it('passes the regions through as they are', async () => {
      const regions = await read(gateway, '{__name__=~"region:.*"}');
      expect(regions.filter(({ name }) => name === 'region:up:sum').map(({ labels }) => labels['region'])).toEqual(
        expect.arrayContaining(['eu', 'us', 'ap']),
      );
      expect(regions.filter(({ name }) => name === 'region:api_latency:p95').length).toBe(3);
    });

    it('refuses to aggregate a quantile, with a warning', async () => {
      expect(shown(await read(gateway, 'global:api_latency:p95'))).toEqual([]);
      expect(gateway.process.logs).toContain('region:api_latency:p95');
    });
  });

  describe('federation of environments', () => {
    it('answers for one environment alone', async () => {
      const gateway = await start({});
      const samples = await read(gateway, '{env="prod"}');
      const passed = samples.filter(({ name }) => name !== 'promgate_federate_shard_up');
      expect(passed.length).toBeGreaterThan(10);
      expect(new Set(passed.map(({ labels }) => labels['region']))).toEqual(new Set(['eu', 'us']));
    });

    it('sums each environment for itself where the rule keeps the label', async () => {
      const rules = [{ source: 'slave:(.+)', record: 'env:$1', without: ['region', 'team'] }];
      const gateway = await start({ aggregation_rules: rules });
      const sums = shown(await read(gateway, 'env:up:sum')) as [string, Record<string, string>, string][];
      expect(sums.map(([, labels]) => labels['env'])).toEqual(['prod', 'staging']);
      expect(sums.reduce((total, [, , value]) => total + Number(value), 0)).toBe(6);
    });
  });

  describe('federation of teams', () => {
    it("asks a team's shards, and finds what targets of other shards say is theirs", async () => {
      const gateway = await start({});
      const samples = await read(gateway, '{team="search"}');
      const regions = new Set(samples.filter(({ name }) => name === 'up').map(({ labels }) => labels['region']));
      expect(regions).toEqual(new Set(['us']));
      const adopted = samples.filter(({ name }) => name === 'adopted');
      expect(adopted.map(({ labels }) => labels['team'])).toEqual(['search']);
    });

    it('does not ask shards that own their team label', async () => {
      const shards = fleet.gatewayShards.map((shard) => ({ ...shard, owns_labels: ['team'] }));
      const gateway = await start({ shards });
      const samples = await read(gateway, '{team="search"}');
      const asked = samples
        .filter(({ name }) => name === 'promgate_federate_shard_up')
        .map(({ labels }) => labels['shard']);
      expect(asked).toEqual(['slave-1']);
      expect(samples.some(({ name }) => name === 'adopted')).toBe(false);
    });
  });

  describe('shards that record job:* themselves beside slave:*', () => {
    it("gives both, the shards' own told apart by their labels", async () => {
      const gateway = await start({ aggregation_rules: [{ source: 'slave:(.+)', record: 'job:$1', without }] });
      const samples = shown(await read(gateway, '{__name__=~"job:.*"}')) as [string, Record<string, string>, string][];
      const own = samples.filter(([name, labels]) => name === 'job:up:sum' && labels['region'] !== undefined);
      expect(new Set(own.map(([, labels]) => labels['region']))).toEqual(new Set(['ap', 'eu', 'us']));
      expect(samples).toContainEqual(['job:up:sum', { job: 'api' }, '6']);
      expect(samples).toContainEqual(['job:latency_seconds:max', { job: 'api' }, '1.5']);
      expect(samples.filter(([name]) => name === 'job:own:count').length).toBe(3);
      expect(samples.length).toBe(1 + 3 + 1 + 3);
    });
  });
});
