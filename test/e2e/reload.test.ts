import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { startGateway, type GatewayServer } from '../servers/process/gateway-process.ts';
import { eventually } from '../servers/topology/eventually.ts';
import type { Fleet } from '../servers/topology/fleet.ts';
import { startSteadyClients } from '../servers/topology/steady-clients.ts';
import { fleetTargets, jobRules } from './fleet-series.ts';
import { startRecordingFleet } from './recording-fleet.ts';

const CLIENTS = 8;
const MIN_RELOADS = 60;
const MIN_ANSWERS = 300;
const RELOAD_EVERY_MS = 100;

interface Config {
  readonly shards: readonly Readonly<Record<string, unknown>>[];
  readonly [key: string]: unknown;
}

describeReal('a configuration that is loaded anew', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  let gateway: GatewayServer;
  let base: Config;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    fleet = await startRecordingFleet({ binary: prometheus, runDirectory, shards: 2 });
    base = { shards: fleet.gatewayShards, aggregation_rules: jobRules };
    gateway = await startGateway({ runDirectory, config: base, flags: ['--web.enable-lifecycle'] });
  });
  afterAll(async () => {
    await gateway?.close();
    await fleet?.close();
  });

  const write = (config: unknown): Promise<void> =>
    writeFile(gateway.configFile, typeof config === 'string' ? config : JSON.stringify(config));
  const post = (): Promise<Response> => fetch(`${gateway.url}/-/reload`, { method: 'POST' });
  const load = async (config: unknown): Promise<void> => {
    await write(config);
    const response = await post();
    expect([response.status, await response.text()]).toEqual([200, '']);
  };
  const labelsOf = async (match: string, name: string, label: string): Promise<Set<string | undefined>> => {
    const { samples } = readExposition(await gateway.federate([match]));
    return new Set(samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label]));
  };

  it('takes a change into force', async () => {
    const [first, second] = base.shards;
    await load({ ...base, shards: [first] });
    expect(await labelsOf('up', 'up', 'slave')).toEqual(new Set(['0']));
    expect(await gateway.metrics()).not.toContain('shard="slave-1"');
    await load({ ...base, shards: [second, first] });
    expect(await labelsOf('up', 'up', 'slave')).toEqual(new Set(['0', '1']));
    const response = await fetch(`${gateway.url}/api/v1/query?query=count(up)`);
    expect(await response.json()).toMatchObject({ data: { result: [{ value: [expect.any(Number), '9'] }] } });
    await load(base);
  });

  it('keeps the old configuration where the new one is wrong, and says why and where', async () => {
    const before = Number(await gateway.metric('promgate_config_last_reload_success_timestamp_seconds'));
    await write('shards:\n- name: a\n  bogus: 1\n');
    const response = await post();
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('the old configuration stays');
    expect(text).toMatch(/promgate\.yml:3:3: shards\[0\]\.bogus: unknown key/);
    expect(await gateway.metric('promgate_config_last_reload_successful')).toBe('0');
    expect(Number(await gateway.metric('promgate_config_last_reload_success_timestamp_seconds'))).toBe(before);
    expect(gateway.process.logs).toContain('the configuration could not be loaded, the old one stays');
    const status = await fetch(`${gateway.url}/api/v1/status/runtimeinfo`);
    expect(await status.json()).toMatchObject({ data: { reloadConfigSuccess: false } });
    const flags = await fetch(`${gateway.url}/api/v1/status/flags`);
    expect(await flags.json()).toMatchObject({ status: 'success', data: { 'web.enable-lifecycle': 'true' } });
    expect(await labelsOf('up', 'up', 'slave')).toEqual(new Set(['0', '1']));
    await load(base);
    expect(await gateway.metric('promgate_config_last_reload_successful')).toBe('1');
    expect(Number(await gateway.metric('promgate_config_last_reload_success_timestamp_seconds'))).toBeGreaterThan(
      before,
    );
  });

  it('goes on with the connections to replicas that stay', async () => {
    const replica = fleet.shards[0]!.replicas[0]!;
    const accepted = async (): Promise<number> => {
      const text = await (await fetch(`${replica.url}/metrics`)).text();
      return Number(/^net_conntrack_listener_conn_accepted_total\{listener_name="http"\} (\S+)$/m.exec(text)![1]);
    };
    for (let i = 0; i < 5; i++) await gateway.federate(['up']);
    const before = await accepted();
    for (let i = 0; i < 10; i++) {
      await load({ ...base, federation: { limits: { max_series: 1_000_000 + i } } });
      await gateway.federate(['up']);
    }
    // The test's own connection may be a new one.
    expect((await accepted()) - before).toBeLessThanOrEqual(1);
    await load(base);
  });

  it('remembers the leader, by name, and what shards gave to rules', async () => {
    const [shard] = fleet.shards;
    const [a, b] = shard!.replicas;
    await gateway.federate(['up', 'job:up:sum']);
    a!.process.stop();
    try {
      await eventually(async () => {
        await gateway.federate(['up', 'job:up:sum']);
        expect(await gateway.metric(`promgate_shard_leader{shard="slave-0",replica="${b!.address}"}`)).toBe('1');
      });
      // Neither at the place that it had, nor at the first one.
      const targets = ['127.0.0.1:1', a!.address, b!.address];
      const moved = { name: 'slave-0', labels: shard!.labels, static_configs: [{ targets }] };
      await load({ ...base, shards: [base.shards[1], moved] });
      await gateway.federate(['up']);
      expect(await gateway.metric(`promgate_shard_leader{shard="slave-0",replica="${b!.address}"}`)).toBe('1');
      expect(await gateway.metric('promgate_shard_leader_changes_total{shard="slave-0"}')).toBe('1');
      // Now none of the shard answers: what it gave before the reload stands in.
      b!.process.stop();
      const body = await gateway.federate(['job:up:sum'], { parameters: { partial_response: 'warn' } });
      const sum = readExposition(body)
        .samples.filter(({ name }) => name === 'job:up:sum')
        .reduce((total, { value }) => total + Number(value), 0);
      expect(sum).toBe(fleetTargets.length);
    } finally {
      a!.process.cont();
      b!.process.cont();
    }
    await load(base);
  });

  describe('under load', () => {
    it('no request is refused, broken off or wrong while SIGHUPs come', async () => {
      const [first, second] = base.shards as { name: string; static_configs: { targets: string[] }[] }[];
      const withReplicas = (shard: typeof first, count: number, reverse: boolean): unknown => {
        const targets = shard!.static_configs[0]!.targets.slice(0, count);
        return { ...shard, static_configs: [{ targets: reverse ? targets.toReversed() : targets }] };
      };
      const variants = [
        base,
        { ...base, shards: [withReplicas(first, 2, true), second] },
        { ...base, shards: [second, withReplicas(first, 1, false)] },
        {
          ...base,
          aggregation_rules: [...(base['aggregation_rules'] as unknown[]), { source: 'x', record: 'y', by: [] }],
        },
        { ...base, federation: { limits: { max_concurrent: 4 } }, query: { limits: { max_concurrent: 3 } } },
        'shards: []\n',
      ];
      await eventually(async () =>
        expect(await gateway.federate(['up'])).not.toContain('shard_up{shard="slave-0",instance=""} 0'),
      );
      const clients = startSteadyClients({
        url: gateway.url,
        clients: CLIENTS,
        match: ['http_requests_total', 'up', '{__name__=~"job:.+"}', 'http_request_duration_seconds_bucket'],
        queries: ['sum by (job) (rate(http_requests_total[10s]))', 'count(up) == 9', 'job:up:sum'],
      });
      try {
        for (let i = 0; i < MIN_RELOADS || clients.answers() < MIN_ANSWERS; i++) {
          await write(variants[i % variants.length]);
          process.kill(gateway.process.pid, 'SIGHUP');
          await sleep(RELOAD_EVERY_MS);
        }
      } finally {
        await clients.stop();
      }
      expect([...clients.faults]).toEqual([]);
      expect(await gateway.metrics()).toContain('\npromgate_worker_crashes_total 0\n');
      expect(await gateway.metric('promgate_federate_responses_total{result="partial"}')).not.toBeUndefined();
      await load(base);
    });
  });
});
