import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startBlockFleet, type BlockFleet } from '../conformance/query/block-fleet.ts';
import { dataSeconds, dataStart, shards } from '../conformance/query/reference-data.ts';
import { describeReal } from '../servers/describe-real.ts';
import { startPrometheus, type PrometheusServer } from '../servers/process/prometheus.ts';

/** Prometheus serves the page, the gateway answers every call that the page makes. */
describeReal(
  'Prometheus’ own web UI in a browser',
  ['prometheus', 'promtool', 'prometheusUi', 'chromium'],
  ({ prometheus, promtool, prometheusUi, chromium: executablePath }) => {
    let fleet: BlockFleet;
    let ui: PrometheusServer;
    let browser: Browser;
    let page: Page;
    /** Paths of the calls that went to the gateway. */
    const asked: string[] = [];

    beforeAll(async () => {
      const runDirectory = inject('runDirectory');
      const assets = join(prometheusUi, '..', '..', 'share', 'prometheus', 'web');
      [fleet, ui, browser] = await Promise.all([
        startBlockFleet({ prometheus, promtool, runDirectory }),
        startPrometheus({
          name: 'ui',
          binary: prometheusUi,
          runDirectory,
          config: {},
          flags: [`--web.local-assets=${assets}/`],
        }),
        chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] }),
      ]);
      page = await browser.newPage();
      await page.route('**/api/v1/**', (route) => {
        const { pathname, search } = new URL(route.request().url());
        asked.push(pathname);
        return route.continue({ url: `${fleet.gateway.url}${pathname}${search}` });
      });
    });

    afterAll(async () => {
      await browser?.close();
      await Promise.all([ui?.close(), fleet?.close()]);
    });

    const open = async (expression: string, tab: 'graph' | 'console'): Promise<void> => {
      const end = new Date((dataStart + dataSeconds) * 1000).toISOString().slice(0, 16).replace('T', ' ');
      const parameters = new URLSearchParams({
        'g0.expr': expression,
        'g0.tab': tab === 'graph' ? '0' : '1',
        'g0.range_input': '30m',
        [tab === 'graph' ? 'g0.end_input' : 'g0.moment_input']: end,
      });
      asked.length = 0;
      await page.goto(`${ui.url}/classic/graph?${parameters.toString()}`);
    };

    it('draws a line for every shard', async () => {
      await open('sum by (slave) (rate(http_requests_total[5m]))', 'graph');
      const lines = page.locator('.rickshaw_graph svg path[stroke]');
      await lines.first().waitFor();
      const drawn = await lines.evaluateAll((paths) => paths.map((path) => path.getAttribute('d') ?? ''));
      expect(drawn.length).toBe(shards);
      expect(new Set(drawn).size).toBe(shards);
      for (const line of drawn) expect(line.split('L').length).toBeGreaterThan(100);
      const legend = await page.locator('.legend').innerText();
      for (let shard = 0; shard < shards; shard++) expect(legend).toContain(`slave="${shard}"`);
      expect(asked).toContain('/api/v1/query_range');
    });

    it('shows the values of all shards in its table', async () => {
      await open('count by (slave) (up)', 'console');
      const rows = page.locator('.console_table tbody tr', { hasText: 'slave=' });
      await rows.first().waitFor();
      const shown = (await rows.allInnerTexts()).map((row) => row.replace(/\s+/, ' '));
      expect(shown.sort()).toEqual(['{slave="0"} 3', '{slave="1"} 3', '{slave="2"} 3']);
      expect(asked).toContain('/api/v1/query');
    });

    it('offers the names of all shards', async () => {
      await open('up', 'console');
      await expect
        .poll(() => page.locator('select[name=insert_metric] option').allInnerTexts())
        .toEqual(expect.arrayContaining(['http_requests_total', 'memory_bytes', 'up']));
      expect(asked).toContain('/api/v1/label/__name__/values');
    });

    it('shows what is wrong with a query', async () => {
      await open('sum(rate(up', 'console');
      await expect
        .poll(() => page.locator('.error.alert').innerText())
        .toContain('parse error: unclosed left parenthesis');
    });
  },
);
