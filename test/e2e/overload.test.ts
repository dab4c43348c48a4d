import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { highWaterBytes } from '../../native-free-bench/lib/process-memory.ts';
import { describeReal } from '../servers/describe-real.ts';
import type { ExporterTarget } from '../servers/exporter/exporter.ts';
import { movingCount } from '../servers/exporter/exporter-families.ts';
import { metricSum } from '../servers/exposition/metric-sum.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { fetchFederate } from '../servers/process/prometheus.ts';
import { eventually } from '../servers/topology/eventually.ts';
import { type Fleet, startFleet } from '../servers/topology/fleet.ts';

const SHARDS = 2;
const SCRAPERS = 200;
const DISTINCT = 20;
const INSTANCES = 16;
const PATHS = 500;
/** What they may add to the resident memory of a gateway that has answered before: less than their answers take together. */
const MEMORY_MB = 150;

const targets: readonly ExporterTarget[] = Array.from({ length: INSTANCES }, (_, i) => ({
  job: 'api',
  instance: `api-${i}:8080`,
  families: [
    {
      name: 'http_requests_total',
      type: 'counter',
      // Series with timestamps of their own outlive a scrape that fails because the server is frozen.
      gridMs: 1000,
      series: Array.from({ length: PATHS }, (_unused, path) => ({
        labels: { path: `/${path}` },
        valueAt: movingCount(path + 1),
      })),
    },
  ],
}));

/** Nearly everything, so that answers are large; each leaves another path out. */
const selectorOf = (request: number): string => `http_requests_total{path!="/${request}"}`;

/** What is checked of an answer, which itself is not kept. */
interface Answer {
  readonly request: number;
  readonly bytes: number;
  readonly series: number;
  readonly shardsUp: number;
  readonly digest: string;
}

async function scrape(url: string, request: number): Promise<Answer> {
  const body = await fetchFederate(url, [selectorOf(request)], { timeoutMs: 30_000 });
  return {
    request,
    bytes: body.length,
    series: body.match(/^http_requests_total\{/gm)?.length ?? 0,
    shardsUp: body.match(/^promgate_federate_shard_up\{.*\} 1$/gm)?.length ?? 0,
    digest: createHash('sha1').update(body).digest('hex'),
  };
}

describeReal('200 scrapers at once', ['prometheus'], ({ prometheus }) => {
  let fleet: Fleet;
  let gateway: GatewayServer;

  beforeAll(async () => {
    const runDirectory = inject('runDirectory');
    const scrapeInterval = '2s';
    // With one replica each read of a shard is one request.
    fleet = await startFleet({
      binary: prometheus,
      runDirectory,
      targets,
      shards: SHARDS,
      replicas: 1,
      scrapeInterval,
    });
    gateway = await startGateway({
      runDirectory,
      config: { global: { scrape_timeout: '30s' }, shards: fleet.gatewayShards },
    });
    await eventually(async () => expect((await scrape(gateway.url, 0)).series).toBe(INSTANCES * (PATHS - 1)));
  });
  afterAll(async () => {
    await gateway?.close();
    await fleet?.close();
  });

  const shardProcesses = () => fleet.shards.flatMap(({ replicas }) => replicas.map(({ process }) => process));
  /** As the shard itself counts them. */
  const readsOfShards = (): Promise<number[]> =>
    Promise.all(
      fleet.shards.map(async ({ replicas: [replica] }) => {
        const response = await fetch(`${replica!.url}/metrics`);
        return metricSum(await response.text(), 'prometheus_http_requests_total', 'handler="/federate"');
      }),
    );

  it('get whole answers to 20 requests from one read of each shard per request', async () => {
    const readsBefore = await readsOfShards();
    const metricsBefore = await gateway.metrics();
    const memoryBefore = highWaterBytes(gateway.process.pid);
    // No answer may begin before the last request has come, or it would rightly be read for anew.
    for (const process of shardProcesses()) process.stop();
    const errors: unknown[] = [];
    const failed = (error: unknown): void => void errors.push(error);
    const scrapes = Array.from({ length: SCRAPERS }, (_, i) => scrape(gateway.url, i % DISTINCT).catch(failed));
    await eventually(
      async () => {
        const inFlight = metricSum(await gateway.metrics(), 'promgate_http_requests_in_flight');
        expect(inFlight + errors.length).toBeGreaterThanOrEqual(SCRAPERS);
      },
      { withinMs: 20_000, everyMs: 50 },
    ).finally(() => {
      for (const process of shardProcesses()) process.cont();
    });
    const answers = (await Promise.all(scrapes)).filter((answer) => answer !== undefined);

    expect(errors).toEqual([]);
    for (const { series, shardsUp } of answers) {
      expect({ series, shardsUp }).toEqual({ series: INSTANCES * (PATHS - 1), shardsUp: SHARDS });
    }
    expect(new Set(answers.map(({ request, digest }) => `${request} ${digest}`)).size).toBe(DISTINCT);
    const readsAfter = await readsOfShards();
    expect(readsAfter.map((reads, shard) => reads - readsBefore[shard]!)).toEqual(Array(SHARDS).fill(DISTINCT));
    const metricsAfter = await gateway.metrics();
    const counted = (name: string): number => metricSum(metricsAfter, name) - metricSum(metricsBefore, name);
    expect(counted('promgate_federate_fan_outs_total')).toBe(DISTINCT);
    expect(counted('promgate_federate_shared_requests_total')).toBe(SCRAPERS - DISTINCT);
    expect(answers.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(MEMORY_MB * 1e6);
    expect(highWaterBytes(gateway.process.pid) - memoryBefore).toBeLessThan(MEMORY_MB * 1e6);
  });
});
