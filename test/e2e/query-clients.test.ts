import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startBlockFleet, type BlockFleet } from '../conformance/query/block-fleet.ts';
import { dataSeconds, dataStart } from '../conformance/query/reference-data.ts';
import { describeReal } from '../servers/describe-real.ts';
import { startPrometheus } from '../servers/process/prometheus.ts';

describeReal('clients of the query API', ['prometheus', 'promtool'], (paths) => {
  let fleet: BlockFleet;
  const end = dataStart + dataSeconds;

  beforeAll(async () => {
    fleet = await startBlockFleet({ ...paths, runDirectory: inject('runDirectory') });
  });

  afterAll(() => fleet?.close());

  /** Lines in no order: an instant vector has none. */
  const promtool = async (url: string, [command, ...rest]: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await promisify(execFile)(paths.promtool, [
      'query',
      command!,
      ...rest.map((arg) => arg.replace('URL', url)),
    ]);
    return stdout.trimEnd().split('\n').sort();
  };

  it.each([
    [['instant', `--time=${end}`, 'URL', 'sum by (job) (up)']],
    [['instant', `--time=${end}`, 'URL', 'rate(http_requests_total{slave="1"}[5m])']],
    [['range', `--start=${dataStart + 600}`, `--end=${end}`, '--step=60s', 'URL', 'avg by (slave) (memory_bytes)']],
    [['series', '--match=up{slave!="0"}', `--start=${dataStart}`, `--end=${end}`, 'URL']],
    [['labels', `--start=${dataStart}`, `--end=${end}`, 'URL', 'slave']],
  ])('promtool query %s prints what it prints of one server', async (args) => {
    const printed = await promtool(fleet.gateway.url, args);
    expect(printed.length).toBeGreaterThan(0);
    expect(printed).toEqual(await promtool(fleet.reference.url, args));
  });

  it('Grafana’s test of a data source passes, and it takes the gateway for Prometheus', async () => {
    const form = new URLSearchParams({ query: '1+1', time: '4' });
    const tested = await fetch(`${fleet.gateway.url}/api/v1/query`, { method: 'POST', body: form });
    expect(await tested.json()).toEqual({ status: 'success', data: { resultType: 'scalar', result: [4, '2'] } });
    const build = (await (await fetch(`${fleet.gateway.url}/api/v1/status/buildinfo`)).json()) as { data: object };
    expect(build.data).toHaveProperty('version');
    expect(build.data).not.toHaveProperty('features');
    const exemplars = await fetch(
      `${fleet.gateway.url}/api/v1/query_exemplars?query=test&start=1700000000000&end=1700000001000`,
    );
    expect(await exemplars.json()).toEqual({ status: 'success', data: [] });
  });

  it('a Prometheus that reads from the gateway sees what one server holds', async () => {
    const client = await startPrometheus({
      name: 'reader',
      binary: paths.prometheus,
      runDirectory: inject('runDirectory'),
      config: { remote_read: [{ url: `${fleet.gateway.url}/api/v1/read`, read_recent: true }] },
    });
    const query = 'sum by (slave, job) (rate(http_requests_total[5m]))';
    const sorted = (found: Awaited<ReturnType<typeof client.query>>): string[] =>
      found.map((one) => JSON.stringify(one)).sort();
    const found = sorted(await client.query(query, end));
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(sorted(await fleet.reference.query(query, end)));
    await client.close();
  });

  it('a read request that is none is refused', async () => {
    const response = await fetch(`${fleet.gateway.url}/api/v1/read`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: 'nonsense',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('cannot decode the read request');
  });

  it('a browser of another origin may ask', async () => {
    const response = await fetch(`${fleet.gateway.url}/api/v1/labels`, { headers: { Origin: 'http://grafana.test' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://grafana.test');
    expect(response.headers.get('vary')).toContain('Origin');
  });

  // Fewer than the 512 connections that the server takes; more of them would be refused before they ask.
  it('hundreds of dashboards at once are answered or told to come back, and the gateway goes on', async () => {
    const asked = Array.from({ length: 150 }, async (_, i) => {
      const query = encodeURIComponent(`sum by (job) (rate(http_requests_total[${1 + (i % 50)}m]))`);
      const response = await fetch(`${fleet.gateway.url}/api/v1/query?time=${end}&query=${query}`);
      await response.arrayBuffer();
      return response.status;
    });
    const statuses = new Set(await Promise.all(asked));
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses).toContain(200);
    const after = await fetch(`${fleet.gateway.url}/api/v1/query?query=vector(1)`);
    expect(after.status).toBe(200);
  });
});
