import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { rawSamples, toNumber } from '../servers/exposition/raw-samples.ts';
import { type ExpositionSample, readExposition, seriesKey } from '../servers/exposition/read-exposition.ts';
import { bySeries, dumpReplicas, unionOf, withoutReplica } from '../servers/exposition/replica-union.ts';
import { noDifference, seriesDifference } from '../servers/exposition/series-difference.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { promtoolParseError } from '../servers/process/promtool.ts';
import { eventually } from '../servers/topology/eventually.ts';
import type { Fleet } from '../servers/topology/fleet.ts';
import { exactRecordings, fleetTargets, GRID_MS, jobRules } from './fleet-series.ts';
import { startRecordingFleet } from './recording-fleet.ts';

const ALL = '{__name__!=""}';
const TRAILER = 'promgate_federate_shard_up';

describeReal('/federate over 3 shards x 2 replicas', ['prometheus', 'promtool'], ({ prometheus, promtool }) => {
  let fleet: Fleet;
  let gateway: GatewayServer;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    fleet = await startRecordingFleet({ binary: prometheus, runDirectory, shards: 3, hasReference: true });
    gateway = await startGateway({
      runDirectory,
      config: {
        global: { scrape_timeout: '5s', replica_labels: ['replica'] },
        shards: fleet.gatewayShards,
        aggregation_rules: jobRules,
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await fleet?.close();
  });

  /** Passed-through samples and rule outputs of the gateway, told apart by name. */
  async function read(...selectors: string[]): Promise<{ passed: ExpositionSample[]; job: ExpositionSample[] }> {
    const { samples } = readExposition(await gateway.federate(selectors));
    const own = samples.filter(({ name }) => name !== TRAILER);
    return {
      passed: own.filter(({ name }) => !name.startsWith('job:')),
      job: own.filter(({ name }) => name.startsWith('job:')),
    };
  }

  it('gives exactly the union of all replicas without replica labels, each series once', async () => {
    await eventually(async () => {
      const expected = unionOf(await dumpReplicas(fleet.shards));
      const { passed } = await read(ALL);
      expect(expected.size).toBeGreaterThan(200);
      expect(seriesDifference(bySeries(passed).keys(), expected.keys())).toEqual(noDifference);
    });
  });

  it('keeps labels that a series carries itself although they are named like external ones', async () => {
    const { passed } = await read('own_replica_label', 'own_slave_label');
    const labelled = (name: string, label: string): unknown[] =>
      passed.filter((sample) => sample.name === name).map(({ labels }) => labels[label]);
    expect(labelled('own_replica_label', 'replica')).toEqual(Array(5).fill('own'));
    expect(labelled('own_slave_label', 'slave')).toEqual(Array(5).fill('elsewhere'));
    expect(new Set(labelled('own_replica_label', 'slave')).size).toBeGreaterThan(1);
  });

  it('leaves values and timestamps as a replica has them', async () => {
    const { passed } = await read(ALL);
    const stored = new Map<string, Set<string>>();
    for (const { labels, replicas } of fleet.shards) {
      for (const replica of replicas) {
        const shard = { replica: replica.name.slice(-1), shardLabels: labels };
        const raw = await rawSamples(replica, '30s', (own) => withoutReplica(own, shard));
        for (const [key, samples] of raw) {
          const known = stored.get(key) ?? new Set();
          for (const { timestampMs, value } of samples) known.add(`${value} ${timestampMs}`);
          stored.set(key, known);
        }
      }
    }
    for (const { name, labels, value, timestamp, line } of passed) {
      const known = stored.get(seriesKey(name, labels));
      expect(known?.has(`${toNumber(value)} ${timestamp}`), line).toBe(true);
    }
  });

  it('leaves the bytes of a line as they are, but for the replica label', async () => {
    const constant = '{__name__=~"special_value|escaped_labels|close_labels|upper_case_label|my.dotted.metric"}';
    const withoutTimestamps = (body: string): string[] =>
      body
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith(TRAILER) && !line.startsWith('#'))
        .map(untimed);
    const bodies = await Promise.all(fleet.shards.map(({ replicas }) => replicas[0]!.federate([constant])));
    const expected = bodies.flatMap(withoutTimestamps).map((line) => line.replace(/,replica="a"/, ''));
    expect(expected.length).toBe(5 * (6 + 1 + 3 + 2 + 1));
    expect(withoutTimestamps(await gateway.federate([constant])).sort()).toEqual(expected.sort());
  });

  it('writes one TYPE line before each family, and nothing after the trailer', async () => {
    const body = await gateway.federate([ALL]);
    const { types, samples } = readExposition(body);
    expect(new Set(types.map(([name]) => name)).size).toBe(types.length);
    expect(new Set(types.map(([name]) => name))).toEqual(new Set(samples.map(({ name }) => name)));
    const trailer = samples.slice(-3);
    expect(trailer.map(({ name, labels, value }) => [name, labels['shard'], value])).toEqual([
      [TRAILER, 'slave-0', '1'],
      [TRAILER, 'slave-1', '1'],
      [TRAILER, 'slave-2', '1'],
    ]);
    const legacy = await gateway.federate([ALL], { escaping: 'underscores' });
    expect(legacy).toContain('my_dotted_metric{');
    expect(await promtoolParseError(promtool, legacy)).toBeUndefined();
  });

  it('re-aggregates to the series that one server with all targets records', async () => {
    const reference = bySeries(readExposition(await fleet.reference!.federate(['{__name__=~"job:.*"}'])).samples);
    const { job } = await read('{__name__=~"job:.*"}');
    expect(seriesDifference(bySeries(job).keys(), reference.keys())).toEqual(noDifference);
    for (const { labels, timestamp, line } of job) {
      expect(timestamp, line).toBeUndefined();
      expect(labels['instance'], line).toBe('');
    }
  });

  it('re-aggregates constant series and series on a timestamp grid to the same values', async () => {
    await betweenGridTicks();
    const [body, { job }] = await Promise.all([
      fleet.reference!.federate(['{__name__=~"job:.*"}']),
      read('{__name__=~"job:.*"}'),
    ]);
    const reference = bySeries(readExposition(body).samples);
    const exact = job.filter(({ name }) => exactRecordings.has(name.slice('job:'.length)));
    expect(exact.length).toBeGreaterThan(15);
    for (const { name, labels, value, line } of exact) {
      expect(reference.get(seriesKey(name, labels))?.value, line).toBe(value);
    }
  });

  it('re-aggregates moving series to nearly the same values', async () => {
    // Rates over ten seconds need as long after the start to mean the same everywhere.
    await eventually(async () => {
      const selector = '{__name__=~"job:http_.*"}';
      const [body, { job }] = await Promise.all([fleet.reference!.federate([selector]), read(selector)]);
      const reference = bySeries(readExposition(body).samples);
      expect(job.length).toBeGreaterThan(5);
      for (const { name, labels, value, line } of job) {
        const expected = toNumber(reference.get(seriesKey(name, labels))!.value);
        expect(Math.abs(toNumber(value) - expected), line).toBeLessThanOrEqual(expected * 0.1);
      }
    });
  });

  it('refuses to re-aggregate a quantile and says so', async () => {
    const { passed, job } = await read('{__name__=~"(slave|job):api_latency:p95"}');
    expect(passed.length).toBe(3);
    expect(job).toEqual([]);
    expect(gateway.process.logs).toContain('p95');
  });

  type Predicate = (name: string, labels: Readonly<Record<string, string>>) => boolean;
  const selections: readonly (readonly [readonly string[], Predicate])[] = [
    [['{job=~".*"}'], () => true],
    [['{__name__!=""}'], () => true],
    [['{__name__=~".*:.*"}'], (name) => name.includes(':')],
    [['{__name__=~"^job:.*"}'], (name) => name.startsWith('job:')],
    [['{__name__=~"^slave:.*"}'], (name) => name.startsWith('slave:')],
    [['{__name__=~"up|node_.*"}'], (name) => name === 'up' || name.startsWith('node_')],
    [['{job="api"}'], (_, labels) => labels['job'] === 'api'],
    [['{slave="1"}'], (_, labels) => labels['slave'] === '1'],
    [['{slave="elsewhere"}'], (_, labels) => labels['slave'] === 'elsewhere'],
    [['{slave!="1",job="node"}'], (_, labels) => labels['slave'] !== '1' && labels['job'] === 'node'],
    [['{slave="",job="api"}'], (_, labels) => (labels['slave'] ?? '') === '' && labels['job'] === 'api'],
    [['{replica="own"}'], (_, labels) => labels['replica'] === 'own'],
    [['{replica="a"}'], () => false],
    [['{replica="",__name__=~"up|own_.*"}'], (name, labels) => /^(up|own_.*)$/.test(name) && !labels['replica']],
    [['up', '{job="node"}', 'up{job="api"}'], (name, labels) => name === 'up' || labels['job'] === 'node'],
    [['{__name__="my.dotted.metric"}', '{"my.label"!=""}'], (name) => name === 'my.dotted.metric'],
    [['job:up:sum{job="node"}'], (name, labels) => name === 'job:up:sum' && labels['job'] === 'node'],
    [['{job="nothing"}'], () => false],
  ];
  it.each(selections)('selects with %j what one server with all series would', async (selectors, accepts) => {
    await eventually(
      async () => {
        const [everything, selected] = [await read(ALL), await read(...selectors)];
        const wanted = [...everything.passed, ...everything.job].filter(({ name, labels }) => accepts(name, labels));
        const found = bySeries([...selected.passed, ...selected.job]);
        const keys = wanted.map(({ name, labels }) => seriesKey(name, labels));
        expect(seriesDifference(found.keys(), keys)).toEqual(noDifference);
      },
      { withinMs: 20_000 },
    );
  });

  it('sums the same whatever the client selects', async () => {
    await betweenGridTicks();
    const value = async (selector: string): Promise<string | undefined> => (await read(selector)).job[0]?.value;
    const alone = await value('job:grid_requests:sum{code="500",job="api"}');
    expect(alone).toBeDefined();
    expect(await value('{__name__=~"job:grid.*",code="500"}')).toBe(alone);
    expect(await value('{__name__="job:grid_requests:sum",code!="200",slave=""}')).toBe(alone);
  });

  it('divides the work so that every shard has something to sum', async () => {
    const { passed } = await read('slave:up:sum');
    expect(new Set(passed.map(({ labels }) => labels['slave']))).toEqual(new Set(['0', '1', '2']));
    expect(passed.reduce((total, { value }) => total + Number(value), 0)).toBe(fleetTargets.length);
  });
});

function untimed(line: string): string {
  return line.replace(/ \d+$/, '');
}

/** Resolves when every server has scraped and recorded the newest tick of the grid, well before the next one. */
async function betweenGridTicks(): Promise<void> {
  const phase = Date.now() % GRID_MS;
  const [from, to] = [0.6 * GRID_MS, 0.8 * GRID_MS];
  if (phase < from || phase > to) await sleep((from - phase + GRID_MS) % GRID_MS);
}
