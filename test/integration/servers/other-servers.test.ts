import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../../servers/describe-real.ts';
import { type Exporter, startExporter } from '../../servers/exporter/exporter.ts';
import { constantFamily } from '../../servers/exporter/exporter-families.ts';
import { readExposition } from '../../servers/exposition/read-exposition.ts';
import { fetchFederate, startPrometheus } from '../../servers/process/prometheus.ts';
import { promtoolParseError } from '../../servers/process/promtool.ts';
import { startVictoriaMetrics } from '../../servers/process/victoria-metrics.ts';
import { eventually } from '../../servers/topology/eventually.ts';
import { fleetScrape } from '../../servers/topology/fleet.ts';

let exporter: Exporter;
beforeAll(async () => {
  const families = [constantFamily('capacity_bytes', [[{ path: 'a"b' }, 2_000_000_000]])];
  exporter = await startExporter([{ job: 'api', instance: 'api-0', families }]);
});
afterAll(() => exporter?.close());

describeReal('Prometheus 2.42', ['prometheus242'], ({ prometheus242 }) => {
  it('scrapes and federates', async () => {
    const server = await startPrometheus({
      name: 'old',
      binary: prometheus242,
      runDirectory: inject('runDirectory'),
      config: { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [fleetScrape(exporter)] },
    });
    await eventually(async () => {
      const { samples } = readExposition(await server.federate(['capacity_bytes']));
      expect(samples.map(({ labels, value }) => [labels, value])).toEqual([
        [{ path: 'a"b', instance: 'api-0', job: 'api' }, '2e+09'],
      ]);
    });
    await server.close();
  });
});

describeReal('VictoriaMetrics', ['victoriaMetrics'], ({ victoriaMetrics }) => {
  it('scrapes and federates', async () => {
    const server = await startVictoriaMetrics({
      name: 'victoria',
      binary: victoriaMetrics,
      runDirectory: inject('runDirectory'),
      scrapeConfigs: [fleetScrape(exporter)],
      scrapeInterval: '1s',
    });
    await eventually(async () => {
      const { samples } = readExposition(await fetchFederate(server.url, ['capacity_bytes']));
      expect(samples.map(({ labels, value }) => [labels, value])).toEqual([
        [{ path: 'a"b', instance: 'api-0', job: 'api' }, '2000000000'],
      ]);
    });
    await server.close();
  });
});

describeReal('promtool', ['promtool'], ({ promtool }) => {
  it.each([
    ['m{a="b"} 1 1700000000000\n', true],
    ['# TYPE m untyped\nm{a="b"} 1\nmy_metric{instance=""} 2 3\n', true],
    ['{"my.metric"} 1\n', false],
    ['# TYPE m untyped\nm 1\n# TYPE m untyped\n', false],
    ['m{a="b} 1\n', false],
    ['m 1', false],
  ])('reads %j: %s', async (body, reads) => {
    expect((await promtoolParseError(promtool, body)) === undefined).toBe(reads);
  });
});
