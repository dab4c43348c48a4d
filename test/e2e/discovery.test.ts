import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ShardStatus } from '../../src/query/endpoints/shard-status.ts';
import { describeReal } from '../servers/describe-real.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';
import type { Fleet } from '../servers/topology/fleet.ts';
import { startSteadyClients } from '../servers/topology/steady-clients.ts';
import { fleetTargets, jobRules } from './fleet-series.ts';
import { startRecordingFleet } from './recording-fleet.ts';

const CLIENTS = 4;
/** Longer than a file needs to be noticed, read and put in force. */
const NOTICED_MS = 1500;

interface Group {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

describeReal('a fleet that is found', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  let directory: string;
  const gateways: GatewayServer[] = [];
  /** Starts while the other tests run: it waits for ten seconds. */
  let withoutSources: Promise<{ gateway: GatewayServer; startedAfterMs: number }>;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    directory = join(runDirectory, 'discovery');
    await mkdir(directory, { recursive: true });
    fleet = await startRecordingFleet({ binary: prometheus, runDirectory, shards: 2 });
    const startedMs = performance.now();
    withoutSources = start('gateway-none', {
      discovery: { http_sd_configs: [{ url: 'http://127.0.0.1:1/' }] },
    }).then((gateway) => ({ gateway, startedAfterMs: performance.now() - startedMs }));
    // Whoever awaits it sees the failure.
    withoutSources.catch(() => {});
  });
  afterAll(async () => {
    await withoutSources?.catch(() => {});
    for (const gateway of gateways) await gateway.close();
    await fleet?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (name: string, config: Readonly<Record<string, unknown>>): Promise<GatewayServer> => {
    const gateway = await startGateway({
      runDirectory: inject('runDirectory'),
      name,
      config: { aggregation_rules: jobRules, ...config },
    });
    gateways.push(gateway);
    return gateway;
  };
  const addressesOf = (shard: number): [string, string] =>
    fleet.shards[shard]!.replicas.map(({ address }) => address) as [string, string];
  const statusOf = async (gateway: GatewayServer): Promise<ShardStatus> => {
    const response = await fetch(`${gateway.url}/api/v1/gateway/shards`);
    return ((await response.json()) as { data: ShardStatus }).data;
  };
  const replicasOf = async (gateway: GatewayServer): Promise<Record<string, string[]>> =>
    Object.fromEntries(
      (await statusOf(gateway)).shards.map(({ name, replicas }) => [name, replicas.map(({ name }) => name)]),
    );
  const put = async (
    path: string,
    content: readonly Group[] | string,
    how: 'in place' | 'by rename',
  ): Promise<void> => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    if (how === 'in place') return writeFile(path, text);
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  };

  describe('in files', () => {
    let gateway: GatewayServer;
    let file: string;
    let first: string;
    let second: string;

    beforeAll(async () => {
      file = join(directory, 'slave-0.json');
      [first, second] = addressesOf(0);
      await put(file, [{ targets: [first] }], 'in place');
      const [, other] = fleet.gatewayShards;
      gateway = await start('gateway-files', {
        shards: [
          { name: 'slave-0', labels: { slave: '0' }, file_sd_configs: [{ files: [join(directory, 'slave-0*.json')] }] },
          other,
        ],
      });
    });

    it.each(['in place', 'by rename'] as const)(
      'replicas come and go (%s) without an error, a series twice, or a sample that goes back',
      async (how) => {
        const clients = startSteadyClients({
          url: gateway.url,
          clients: CLIENTS,
          match: ['http_requests_total', 'up', '{__name__=~"job:.+"}'],
          queries: ['count(up) == 9', 'sum(rate(http_requests_total[10s]))', 'sum(job:up:sum) == 9'],
        });
        const steps: [string[], string[]][] = [
          [[first, second], [first, second].toSorted()],
          [[second], [second]],
          [[second, first], [first, second].toSorted()],
          [[first], [first]],
        ];
        try {
          for (const [targets, expected] of steps) {
            await put(file, [{ targets }], how);
            await eventually(async () => expect(await replicasOf(gateway)).toMatchObject({ 'slave-0': expected }));
            await sleep(500);
          }
        } finally {
          await clients.stop();
        }
        expect([...clients.faults]).toEqual([]);
        expect(clients.answers()).toBeGreaterThan(10);
        expect(await gateway.metrics()).not.toContain(`replica="${second}"`);
        expect(await gateway.metric('promgate_sd_discovered_targets{shard="slave-0"}')).toBe('1');
      },
    );

    it.each([
      ['half a list', (text: string) => text.slice(0, -5), 'JSON'],
      ['the beginning of a list', (text: string) => text.slice(0, text.indexOf(',')), 'JSON'],
      ['an empty file', () => '', 'empty: a list without targets is written []'],
      ['another format', () => '{}', 'expected a list of groups of targets'],
    ])('%s keeps the last good list, and is told once', async (_, broken, reason) => {
      const good = JSON.stringify([{ targets: [first, second] }]);
      await put(file, good, 'by rename');
      await eventually(async () => expect((await replicasOf(gateway))['slave-0']).toHaveLength(2));
      const failures = Number(await gateway.metric('promgate_sd_refresh_failures_total{mechanism="file"}'));
      const before = gateway.process.logs.length;
      await put(file, broken(good), 'by rename');
      await eventually(async () =>
        expect(Number(await gateway.metric('promgate_sd_refresh_failures_total{mechanism="file"}'))).toBeGreaterThan(
          failures,
        ),
      );
      await put(file, broken(good), 'by rename');
      await sleep(NOTICED_MS);
      expect((await replicasOf(gateway))['slave-0']).toHaveLength(2);
      const warnings = gateway.process.logs
        .slice(before)
        .split('\n')
        .filter((line) => line.includes('its last targets stay'));
      expect(warnings).toEqual([expect.stringContaining(reason)]);
      expect((await statusOf(gateway)).shards[0]!.sources).toEqual([
        { mechanism: 'file', source: file, targets: 2, lastError: expect.stringContaining(reason) as string },
      ]);
      await put(file, good, 'in place');
      await eventually(async () =>
        expect(gateway.process.logs.slice(before)).toContain('a discovery source answers again'),
      );
    });

    it('an empty list is a shard that is down, never one that is not there', async () => {
      await put(file, [], 'by rename');
      await eventually(async () => expect((await replicasOf(gateway))['slave-0']).toEqual([]));
      expect(await gateway.metric('promgate_federate_shard_up{shard="slave-0"}')).toBe('0');
      const response = await fetch(`${gateway.url}/federate?match[]=up`);
      expect([response.status, response.headers.get('x-promgate-partial')]).toEqual([200, 'true']);
      expect(await response.text()).toContain('promgate_federate_shard_up{shard="slave-0",instance=""} 0');
      const aborted = await fetch(`${gateway.url}/federate?match[]=up&partial_response=abort`);
      expect([aborted.status, await aborted.text()]).toEqual([
        503,
        expect.stringContaining('shard slave-0: it has no replicas: discovery has found none') as string,
      ]);
      for (const path of ['query?query=up', 'labels', 'query?query=rate(up[1m])', 'rules', 'query?query=sum(up)']) {
        const refused = await fetch(`${gateway.url}/api/v1/${path}`);
        expect([path, refused.status, await refused.text()]).toEqual([
          path,
          503,
          expect.stringContaining('shard slave-0: it has no replicas') as string,
        ]);
      }
      // What it gave before still stands in for it.
      const kept = readExposition(await gateway.federate(['job:up:sum'])).samples.filter(
        ({ name }) => name === 'job:up:sum',
      );
      expect(kept.reduce((sum, { value }) => sum + Number(value), 0)).toBe(fleetTargets.length);
      await put(file, [{ targets: [second] }], 'by rename');
      await eventually(async () =>
        expect(await gateway.federate(['up'])).toContain('shard_up{shard="slave-0",instance=""} 1'),
      );
    });

    it('a further file that matches counts, and one that is gone does not', async () => {
      const further = join(directory, 'slave-0-more.json');
      await put(further, [{ targets: [first] }], 'by rename');
      await eventually(async () => expect((await replicasOf(gateway))['slave-0']).toEqual([first, second].toSorted()));
      await rm(further);
      await eventually(async () => expect((await replicasOf(gateway))['slave-0']).toEqual([second]));
    });

    it('a reload goes on with what was found', async () => {
      await put(file, '[', 'by rename');
      await sleep(NOTICED_MS);
      process.kill(gateway.process.pid, 'SIGHUP');
      await eventually(async () => expect(gateway.process.logs).toContain('the configuration was loaded'));
      expect((await replicasOf(gateway))['slave-0']).toEqual([second]);
    });
  });

  describe('as one list', () => {
    let gateway: GatewayServer;
    let sd: Server;
    let groups: Group[];
    let answer: (response: ServerResponse, list: string) => void;
    const answerAs =
      (status: number, type: string): typeof answer =>
      (response, list) =>
        response.writeHead(status, { 'content-type': type }).end(list);
    const whole = answerAs(200, 'application/json');
    const groupOf = (shard: number): Group[] =>
      addressesOf(shard).map((address, i) => ({
        targets: [address],
        labels: { shard: `slave-${shard}`, slave: String(shard), replica: 'ab'[i]!, __meta_zone: 'z' },
      }));

    beforeAll(async () => {
      groups = groupOf(0);
      answer = whole;
      sd = createServer((_request, response) => answer(response, JSON.stringify(groups))).listen(0, '127.0.0.1');
      await once(sd, 'listening');
      const url = `http://127.0.0.1:${(sd.address() as AddressInfo).port}/targets?token=hunter2`;
      gateway = await start('gateway-list', {
        // Room on the threads has to grow with the fleet.
        federation: { limits: { max_concurrent: 1 } },
        discovery: {
          http_sd_configs: [{ url, refresh_interval: '500ms' }],
          labels: ['slave'],
          owns_labels: ['slave'],
          forget_after: '10s',
        },
      });
    });
    afterAll(() => {
      sd?.close();
      sd?.closeAllConnections();
    });

    it('is ready with what it lists', async () => {
      const { shards, sources } = await statusOf(gateway);
      const [a, b] = addressesOf(0);
      const replicas = [
        { name: 'a', url: `http://${a}`, health: 'unknown', discoveredBy: 'http' },
        { name: 'b', url: `http://${b}`, health: 'unknown', discoveredBy: 'http' },
      ].toSorted((x, y) => (x.url < y.url ? -1 : 1));
      expect(shards).toMatchObject([{ name: 'slave-0', labels: { slave: '0' }, leader: replicas[0]!.name, replicas }]);
      expect(sources).toEqual([
        { mechanism: 'http', source: expect.stringMatching(/\/targets$/) as string, targets: 2, lastError: null },
      ]);
      expect(gateway.process.logs).not.toContain('hunter2');
      await gateway.federate(['up']);
      expect((await statusOf(gateway)).shards[0]!.replicas.map(({ health }) => health)).toEqual(['up', 'up']);
    });

    it('a shard that appears in it is part of federation and of queries', async () => {
      const clients = startSteadyClients({
        url: gateway.url,
        clients: CLIENTS,
        match: ['http_requests_total', 'up'],
        queries: ['count(up)', 'rate(http_requests_total[10s])'],
      });
      try {
        groups = [...groupOf(1), ...groupOf(0)];
        await eventually(async () => {
          const { samples } = readExposition(await gateway.federate(['up', 'job:up:sum']));
          expect(samples.filter(({ name }) => name === 'up')).toHaveLength(fleetTargets.length);
          const jobs = samples.filter(({ name }) => name === 'job:up:sum');
          expect(jobs.reduce((sum, { value }) => sum + Number(value), 0)).toBe(fleetTargets.length);
        });
        await sleep(1000);
      } finally {
        await clients.stop();
      }
      expect([...clients.faults]).toEqual([]);
      const response = await fetch(`${gateway.url}/api/v1/query?query=count(up)by(slave)`);
      const { data } = (await response.json()) as { data: { result: { metric: Record<string, string> }[] } };
      expect(new Set(data.result.map(({ metric }) => metric['slave']))).toEqual(new Set(['0', '1']));
      expect(await gateway.metric('promgate_sd_discovered_targets{shard="slave-1"}')).toBe('2');
    });

    it.each<[string, () => typeof answer, RegExp]>([
      ['another status', () => answerAs(500, 'application/json'), /^status 500$/],
      ['another content type', () => answerAs(200, 'text/html'), /^content type "text\/html"/],
      ['half a list', () => (response, list) => whole(response, list.slice(0, list.length / 2)), /JSON/],
      ['nothing', () => (response) => whole(response, ''), /^empty: a list without targets is written \[\]$/],
      [
        'a list that is cut short',
        () => (response, list) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': list.length });
          response.write(list.slice(0, -5), () => response.destroy());
        },
        /^connection lost after \d+ bytes of the body/,
      ],
      ['no answer', () => () => {}, /^no response within \d+ ms$/],
      ['a connection that breaks', () => (response) => response.destroy(), /^connection lost before the response/],
    ])('%s keeps the last list, and is told once', async (_, broken, reason) => {
      const before = gateway.process.logs.length;
      const failures = Number(await gateway.metric('promgate_sd_refresh_failures_total{mechanism="http"}'));
      answer = broken();
      await eventually(async () =>
        expect(Number(await gateway.metric('promgate_sd_refresh_failures_total{mechanism="http"}'))).toBeGreaterThan(
          failures + 1,
        ),
      );
      expect(Object.keys(await replicasOf(gateway))).toEqual(['slave-0', 'slave-1']);
      expect((await statusOf(gateway)).sources[0]!.lastError).toMatch(reason);
      const told = gateway.process.logs.slice(before).split('\n');
      expect(
        told.filter((line) => line.includes('a discovery source cannot be read, its last targets stay')),
      ).toHaveLength(1);
      expect(await gateway.federate(['up'])).toContain('shard_up{shard="slave-1",instance=""} 1');
      answer = whole;
      await eventually(async () => expect((await statusOf(gateway)).sources[0]!.lastError).toBeNull());
    });

    it('a shard that leaves it is down for a while, and then forgotten', async () => {
      groups = groupOf(0);
      await eventually(async () => expect(await replicasOf(gateway)).toMatchObject({ 'slave-1': [] }), { everyMs: 50 });
      expect(await gateway.federate(['up'])).toContain('promgate_federate_shard_up{shard="slave-1",instance=""} 0');
      expect(await gateway.metric('promgate_federate_shard_up{shard="slave-1"}')).toBe('0');
      await eventually(async () => expect(Object.keys(await replicasOf(gateway))).toEqual(['slave-0']));
      expect(await gateway.federate(['up'])).not.toContain('slave-1');
      expect(await gateway.metrics()).not.toContain('slave-1');
    });
  });

  it('a gateway whose sources never answer starts after a while with what is there, and is no success without any', async () => {
    const { gateway, startedAfterMs } = await withoutSources;
    expect(startedAfterMs).toBeGreaterThan(9000);
    expect(gateway.process.logs).toContain('a discovery source has not answered within 10 s');
    const federate = await fetch(`${gateway.url}/federate?match[]=up`);
    expect([federate.status, await federate.text()]).toEqual([503, 'no shard is known: discovery has found none\n']);
    for (const path of ['query?query=up', 'labels']) {
      const response = await fetch(`${gateway.url}/api/v1/${path}`);
      expect([path, response.status]).toEqual([path, 503]);
      expect(await response.text()).toContain('no shard is known');
    }
  });
});
