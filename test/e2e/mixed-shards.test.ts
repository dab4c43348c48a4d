import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../servers/describe-real.ts';
import { startExporter, type Exporter } from '../servers/exporter/exporter.ts';
import { constantFamily, histogramFamily, movingCount } from '../servers/exporter/exporter-families.ts';
import { toNumber } from '../servers/exposition/raw-samples.ts';
import { readExposition, seriesKey } from '../servers/exposition/read-exposition.ts';
import { bySeries, type ReplicaDump, unionOf } from '../servers/exposition/replica-union.ts';
import { noDifference, seriesDifference } from '../servers/exposition/series-difference.ts';
import { type GatewayServer, startGateway } from '../servers/process/gateway-process.ts';
import { fetchFederate, startPrometheus } from '../servers/process/prometheus.ts';
import { promtoolParseError } from '../servers/process/promtool.ts';
import type { ServerProcess } from '../servers/process/server-process.ts';
import { startVictoriaMetrics } from '../servers/process/victoria-metrics.ts';
import { eventually } from '../servers/topology/eventually.ts';

interface Server {
  readonly name: string;
  readonly address: string;
  readonly url: string;
  readonly process: ServerProcess;
  close(): Promise<void>;
}

interface Shard {
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: readonly { readonly server: Server; readonly replica?: string }[];
}

/**
 * VictoriaMetrics shows samples up to four seconds after their scrape, one replica later than the other: at a change of
 * leader that is how long the new one has nothing newer.
 */
const VICTORIA_LAG_MS = 16_000;

const needed = ['prometheus', 'promtool', 'prometheus242', 'victoriaMetrics'] as const;

describeReal('shards of Prometheus 3.5, Prometheus 2.42 and VictoriaMetrics', needed, (paths) => {
  let exporter: Exporter;
  let shards: Shard[];
  let gateway: GatewayServer;

  beforeAll(async () => {
    exporter = await startExporter(
      Array.from({ length: 9 }, (_, i) => ({
        job: 'api',
        instance: `api-${i}:8080`,
        families: [
          {
            name: 'http_requests_total',
            type: 'counter',
            series: [{ labels: { code: '200' }, valueAt: movingCount(9) }],
          },
          histogramFamily('http_request_duration_seconds', { path: '/' }, 3),
          constantFamily('special_value', [
            [{ kind: 'large' }, 2_000_000_000_000 + i],
            [{ kind: 'tiny' }, 1.5e-7],
            [{ kind: 'escaped\n"\\' }, i],
            [{ kind: 'plus' }, Infinity],
          ]),
          // Recorded by the target itself: VictoriaMetrics alone evaluates no rules.
          constantFamily('slave:capacity:sum', [[{}, 100 + i]]),
        ],
      })),
    );
    shards = await Promise.all([
      startPrometheusShard(paths.prometheus, 0),
      startPrometheusShard(paths.prometheus242, 1),
      startVictoriaShard(paths.victoriaMetrics, 2),
    ]);
    gateway = await startGateway({
      runDirectory: inject('runDirectory'),
      config: {
        shards: shards.map(({ labels, replicas }, i) => ({
          name: `shard-${i}`,
          labels,
          static_configs: [{ targets: replicas.map(({ server }) => server.address) }],
        })),
        aggregation_rules: [{ source: 'slave:(.+)', record: 'job:$1', by: ['job'] }],
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all(shards?.flatMap(({ replicas }) => replicas.map(({ server }) => server.close())) ?? []);
    await exporter?.close();
  });

  /** Not by hashmod: VictoriaMetrics hashes otherwise than Prometheus, so the shards would overlap and leave targets out. */
  function ownScrape(shard: number): Readonly<Record<string, unknown>> {
    return { job_name: 'fleet', static_configs: exporter.staticConfigs.filter((_, i) => i % 3 === shard) };
  }

  async function startPrometheusShard(binary: string, shard: number): Promise<Shard> {
    const labels = { slave: String(shard) };
    const replicas = await Promise.all(
      ['a', 'b'].map(async (replica) => {
        const config = {
          global: { scrape_interval: '1s', scrape_timeout: '1s', external_labels: { ...labels, replica } },
          scrape_configs: [ownScrape(shard)],
        };
        const name = `mixed-${shard}${replica}`;
        const server = await startPrometheus({ name, binary, runDirectory: inject('runDirectory'), config });
        return { server, replica };
      }),
    );
    return { labels, replicas };
  }

  async function startVictoriaShard(binary: string, shard: number): Promise<Shard> {
    const scrapeConfigs = [ownScrape(shard)];
    const replicas = await Promise.all(
      ['a', 'b'].map(async (replica) => {
        const options = { binary, runDirectory: inject('runDirectory'), scrapeConfigs, scrapeInterval: '1s' };
        return { server: await startVictoriaMetrics({ name: `mixed-${shard}${replica}`, ...options }) };
      }),
    );
    return { labels: { slave: String(shard) }, replicas };
  }

  async function dumps(selector: string): Promise<ReplicaDump[]> {
    return Promise.all(
      shards.flatMap(({ labels, replicas }) =>
        replicas.map(async ({ server, replica }) => {
          const body = await fetchFederate(server.url, [selector]);
          return { body, shardLabels: labels, ...(replica === undefined ? {} : { replica }) };
        }),
      ),
    );
  }

  it.each([
    ['sum by (slave) (special_value{kind="large"}) / 1e12', ['6', '6', '6']],
    ['count by (slave) (rate(http_requests_total[10s]) > 0)', ['3', '3', '3']],
    ['count(histogram_quantile(0.5, http_request_duration_seconds_bucket))', ['9']],
  ])('answers %s over all of them, and says what VictoriaMetrics cannot tell', async (query, values) => {
    await eventually(async () => {
      const response = await fetch(`${gateway.url}/api/v1/query?query=${encodeURIComponent(query)}`);
      const body = (await response.json()) as {
        data: { result: { value: [number, string] }[] };
        warnings: string[];
      };
      expect(response.status).toBe(200);
      const rounded = body.data.result.map(({ value }) => String(Math.round(Number(value[1]))));
      expect(rounded).toEqual(values);
      expect(body.warnings).toEqual([expect.stringMatching(/^shard shard-2: no remote read/)]);
    });
  });

  it('gives the union of all of them, each series once and with the labels of its shard', async () => {
    await eventually(async () => {
      const expected = unionOf(await dumps('{__name__!=""}'));
      const body = await gateway.federate(['{__name__!=""}']);
      const passed = readExposition(body).samples.filter(({ name }) => !/^(job:|promgate_)/.test(name));
      expect(seriesDifference(bySeries(passed).keys(), expected.keys())).toEqual(noDifference);
      expect(new Set(passed.map(({ labels }) => labels['slave']))).toEqual(new Set(['0', '1', '2']));
      const targets = passed.filter(({ name }) => name === 'http_requests_total');
      expect(targets.length).toBe(9);
      expect(await promtoolParseError(paths.promtool, body)).toBeUndefined();
    });
  });

  it('writes one TYPE line before each family, also for shards that send none', async () => {
    const { types, samples } = readExposition(await gateway.federate(['{__name__!=""}']));
    const names = types.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(names)).toEqual(new Set(samples.map(({ name }) => name)));
  });

  it('keeps the values of every kind of server', async () => {
    const expected = unionOf(await dumps('special_value'));
    await eventually(
      async () => {
        const { samples } = readExposition(await gateway.federate(['special_value']));
        const passed = samples.filter(({ name }) => name === 'special_value');
        expect(passed.length).toBe(9 * 4);
        for (const { name, labels, value, line } of passed) {
          expect(toNumber(value), line).toBe(toNumber(expected.get(seriesKey(name, labels))!.value));
        }
      },
      { withinMs: VICTORIA_LAG_MS },
    );
  });

  it('sums over all of them', async () => {
    const { samples } = readExposition(await gateway.federate(['job:capacity:sum']));
    const sums = samples.filter(({ name }) => name === 'job:capacity:sum');
    const expected = Array.from({ length: 9 }, (_, i) => 100 + i).reduce((total, value) => total + value, 0);
    expect(sums.map(({ value }) => value)).toEqual([String(expected)]);
  });

  it.each([
    [0, 6000],
    [1, 6000],
    [2, VICTORIA_LAG_MS],
  ])('loses no series for more than a few scrapes when a replica of shard %i is killed', async (shard, withinMs) => {
    const expectComplete = async (): Promise<void> => {
      const samples = bySeries(readExposition(await gateway.federate(['{job="api"}'])).samples);
      const up = [...samples.values()].filter(({ name }) => name === 'promgate_federate_shard_up');
      expect(up.map(({ value }) => value)).toEqual(['1', '1', '1']);
      const passed = [...samples.values()].filter(({ name }) => name === 'special_value');
      expect(passed.length).toBe(9 * 4);
    };
    await eventually(expectComplete, { withinMs: VICTORIA_LAG_MS });
    await shards[shard]!.replicas[0]!.server.process.kill9();
    await eventually(expectComplete, { withinMs });
  });
});
