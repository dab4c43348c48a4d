import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import {
  firstFall,
  growthIn,
  largestFall,
  longestGapMs,
  type RawSample,
  rawSamples,
} from '../servers/exposition/raw-samples.ts';
import { readExposition } from '../servers/exposition/read-exposition.ts';
import { withoutReplica } from '../servers/exposition/replica-union.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import type { Fleet, FleetShard } from '../servers/topology/fleet.ts';
import { rejectedSamples, startGlobalPrometheus } from '../servers/topology/global-prometheus.ts';
import { fleetTargets, jobRules } from './fleet-series.ts';
import { startRecordingFleet } from './recording-fleet.ts';

/** Counters as targets expose them: they fall only when something went back in time. */
const COUNTER = /^\["(http_requests_total|grid_requests_total|node_cpu_seconds_total)"/;
/**
 * Sums of counters that a rule recorded. A replica may evaluate its rule later than its sibling, yet on older scrapes, so a
 * failover may take back what came in during a scrape and an evaluation; a reset would take everything.
 */
const COUNTER_SUM = /^\["(slave|job):(http|grid)_requests:sum"/;
/** The grid's five seconds count as one scrape. */
const COUNTER_SUM_SECONDS = 7;
const ALL = ['{__name__=~".+"}'];
const strategies = ['merge', 'leader'] as const;
const NOTHING_REJECTED = { duplicate: 0, outOfOrder: 0, outOfBounds: 0, storedOutOfOrder: 0, lines: [] };
/** How long after a kill the global server goes on before it is looked at. */
const AFTERMATH_MS = 6000;
/** Delays of timers and scheduling on a busy machine, on top of the spacing that servers were seen to keep. */
const JITTER_MS = 600;

describeReal('a global Prometheus in front of dying replicas', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  /** Both strategies look at the same fleet, each through a gateway and a global server of its own. */
  let gateways: GatewayServer[];
  let globals: PrometheusServer[];

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    fleet = await startRecordingFleet({ binary: prometheus, runDirectory, shards: 3 });
    gateways = await Promise.all(strategies.map((strategy) => startWith(strategy)));
    globals = await Promise.all(
      gateways.map((gateway) => {
        return startGlobalPrometheus({ binary: prometheus, runDirectory, gateway: gateway.address, match: ALL });
      }),
    );
    for (const global of globals) {
      await eventually(async () => {
        const [scrapes] = await global.query('count_over_time(up{job="federate"}[10s])');
        expect(Number(scrapes?.values[0]?.[1])).toBeGreaterThan(7);
      });
    }
  });
  afterAll(async () => {
    await Promise.all([...(globals ?? []), ...(gateways ?? [])].map((server) => server.close()));
    await fleet?.close();
  });

  function startWith(strategy: string): Promise<GatewayServer> {
    return startGateway({
      runDirectory: inject('runDirectory'),
      name: `gateway-${strategy}`,
      config: {
        global: { scrape_timeout: '5s' },
        shards: fleet.gatewayShards,
        deduplication: { strategy },
        aggregation_rules: jobRules,
      },
    });
  }

  async function expectSeamlessInAll(shard: FleetShard, aliveReplica: PrometheusServer): Promise<void> {
    for (const [i, global] of globals.entries()) {
      await expectSeamless({ global, shard, aliveReplica, strategy: strategies[i]! });
    }
  }

  it.each([...strategies.entries()])(
    'ingests what the gateway gives without rejecting a sample (%i: %s)',
    async (index) => {
      const global = globals[index]!;
      expect(await rejectedSamples(global)).toEqual(NOTHING_REJECTED);
      const [up] = await global.query('min_over_time(up{job="federate"}[5s])');
      expect(up?.values[0]?.[1]).toBe('1');
      const stored = await rawSamples(global, '10s');
      for (const name of ['"my.dotted.metric"', '"own_replica_label"', '"job:up:sum"', '"slave:up:sum"']) {
        expect(
          [...stored.keys()].some((key) => key.startsWith(`[${name}`)),
          name,
        ).toBe(true);
      }
    },
  );

  it.each([
    ['the leader is killed', 0, 0],
    ['the follower is killed', 1, 1],
  ])('sees no reset, no rejected sample and no long gap when %s', async (_, shardIndex, replicaIndex) => {
    const shard = fleet.shards[shardIndex]!;
    const victim = shard.replicas[replicaIndex]!;
    await victim.process.kill9();
    await sleep(AFTERMATH_MS);
    await expectSeamlessInAll(shard, shard.replicas[1 - replicaIndex]!);
    await victim.restart({ keepData: true });
    await sleep(AFTERMATH_MS);
    await expectSeamlessInAll(shard, shard.replicas[1 - replicaIndex]!);
  });

  it('sees nothing of it when a replica comes back without its data, and the other one dies then', async () => {
    const shard = fleet.shards[2]!;
    const [first, second] = shard.replicas as [PrometheusServer, PrometheusServer];
    await second.restart({ keepData: false });
    // A rule over ten seconds needs that long to be what it was.
    await sleep(12_000);
    await first.process.kill9();
    await sleep(AFTERMATH_MS);
    await expectSeamlessInAll(shard, second);
    await first.restart({ keepData: true });
  });

  it('reports a dead shard at once and goes on with the others', async () => {
    const [gateway, global] = [gateways[0]!, globals[0]!];
    const shard = fleet.shards[0]!;
    await Promise.all(shard.replicas.map((replica) => replica.process.kill9()));
    const { samples } = readExposition(await gateway.federate(['up', 'job:up:sum']));
    const shardUp = samples.filter(({ name }) => name === 'promgate_federate_shard_up');
    expect(shardUp.map(({ labels, value }) => [labels['shard'], value])).toEqual([
      ['slave-0', '0'],
      ['slave-1', '1'],
      ['slave-2', '1'],
    ]);
    const slaves = new Set(samples.filter(({ name }) => name === 'up').map(({ labels }) => labels['slave']));
    expect(slaves).toEqual(new Set(['1', '2']));
    // The kept contribution of the dead shard counts for lookback_delta, five minutes here.
    const total = samples
      .filter(({ name }) => name === 'job:up:sum')
      .reduce((sum, { value }) => sum + Number(value), 0);
    expect(total).toBe(fleetTargets.length);
    const aborted = await fetch(`${gateway.url}/federate?match[]=up&partial_response=abort`);
    expect(aborted.status).toBe(503);
    expect(await aborted.text()).toContain('slave-0');
    const warned = await fetch(`${gateway.url}/federate?match[]=up`);
    expect([warned.status, warned.headers.get('x-promgate-partial')]).toEqual([200, expect.anything()]);
    expect(await rejectedSamples(global)).toMatchObject({ duplicate: 0, outOfOrder: 0, outOfBounds: 0 });
  });
});

interface Observation {
  readonly global: PrometheusServer;
  readonly shard: FleetShard;
  /** A replica of the shard that has scraped all the time. */
  readonly aliveReplica: PrometheusServer;
  readonly strategy: string;
}

/**
 * Asserts what the global server stored over the last seconds: nothing falls or is rejected, a passed-through series of the
 * shard has no gap longer than its own interval plus one scrape, a job-level series has a sample in every scrape.
 */
async function expectSeamless({ global, shard, aliveReplica, strategy }: Observation): Promise<void> {
  expect(await rejectedSamples(global)).toEqual(NOTHING_REJECTED);
  const note = (key: string): string => `${strategy}: ${key}`;
  const range = `${(2 * AFTERMATH_MS) / 1000}s`;
  const view = { replica: aliveReplica.name.slice(-1), shardLabels: shard.labels };
  const own = await rawSamples(aliveReplica, range, (labels) => withoutReplica(labels, view));
  const stored = await rawSamples(global, range);
  const scrapes = [...stored].find(([key]) => key.startsWith('["up"') && key.includes('"federate"'))![1];
  const scrapeMs = longestGapMs(scrapes);
  expect(scrapes.length).toBeGreaterThan(5);
  expect(new Set(scrapes.map(({ value }) => value))).toEqual(new Set([1]));

  let compared = 0;
  for (const [key, samples] of own) {
    const passed = stored.get(key) ?? [];
    if (samples.length < 2) continue;
    compared++;
    expect(longestGapMs(toTheEnd(passed, scrapes)), note(key)).toBeLessThanOrEqual(
      longestGapMs(samples) + scrapeMs + JITTER_MS,
    );
  }
  expect(compared).toBeGreaterThan(30);

  let jobLevel = 0;
  for (const [key, samples] of stored) {
    if (COUNTER.test(key)) expect(firstFall(samples), note(key)).toBeUndefined();
    if (COUNTER_SUM.test(key))
      expect(largestFall(samples), note(key)).toBeLessThanOrEqual(growthIn(samples, COUNTER_SUM_SECONDS));
    if (!key.startsWith('["job:')) continue;
    jobLevel++;
    expect(
      samples.map(({ timestampMs }) => timestampMs),
      note(key),
    ).toEqual(scrapes.map(({ timestampMs }) => timestampMs));
    if (key.startsWith('["job:up:')) expect(new Set(samples.map(({ value }) => value)).size, note(key)).toBe(1);
  }
  expect(jobLevel).toBeGreaterThan(15);
}

/** A series that ended shows no gap of its own: the time from its last sample to the last scrape is one, too. */
function toTheEnd(samples: readonly RawSample[], scrapes: readonly RawSample[]): RawSample[] {
  return [...samples, ...scrapes.slice(-1)];
}
