import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { compareLabelSets } from '../../src/model/label-set.ts';
import type { RawSeries } from '../../src/model/raw-series.ts';
import { readSeries } from '../../src/remote/read-series.ts';
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

  it.each(['http_requests_total', 'latency_seconds_bucket'])(
    'reads of %s as chunks and as samples give the same, sorted',
    async (name) => {
      const [chunks, samples] = await Promise.all([[1, 0], [0]].map((types) => readAs(types, name)));
      expect(chunks!.contentType).toContain('streamed');
      expect(samples!.contentType).toBe('application/x-protobuf');
      expect(chunks!.series.length).toBeGreaterThan(10);
      expect(chunks!.series).toEqual(samples!.series);
      expect(chunks!.series.map(({ labels }) => labels).toSorted(compareLabelSets)).toEqual(
        chunks!.series.map(({ labels }) => labels),
      );
    },
  );

  it('a read of types that nobody serves is refused as Prometheus does', async () => {
    for (const url of [fleet.gateway.url, fleet.reference.url]) {
      const { status, text } = await postRead(url, readRequest([7], 'up'));
      expect(status).toBe(400);
      expect(text).toMatch(/^server does not support any of the requested response types/);
    }
  });

  const readAs = async (
    types: readonly number[],
    name: string,
  ): Promise<{ contentType: string; series: readonly RawSeries[] }> => {
    const { body, contentType } = await postRead(fleet.gateway.url, readRequest(types, name));
    const limits = { startMs: -Infinity, endMs: Infinity, maxFrameBytes: 1e8, maxBytes: 1e9 };
    const bytes = (async function* () {
      yield body;
    })();
    const series: RawSeries[] = [];
    for await (const batch of readSeries(bytes, contentType, limits)) series.push(...batch);
    return { contentType, series };
  };

  const postRead = async (
    url: string,
    body: Uint8Array,
  ): Promise<{ status: number; text: string; body: Uint8Array; contentType: string }> => {
    const headers = { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' };
    const response = await fetch(`${url}/api/v1/read`, { method: 'POST', headers, body: Buffer.from(body) });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const contentType = response.headers.get('content-type') ?? '';
    return { status: response.status, text: Buffer.from(bytes).toString(), body: bytes, contentType };
  };

  /** A read of all data of a metric. `matcher`: the number of its type. */
  const readRequest = (types: readonly number[], name: string, matcher = 0): Uint8Array => {
    const query = protobuf.Writer.create()
      .uint32(8)
      .int64(dataStart * 1000)
      .uint32(16)
      .int64(end * 1000);
    query.uint32(26).fork().uint32(8).int32(matcher).uint32(18).string('__name__').uint32(26).string(name).ldelim();
    const request = protobuf.Writer.create().uint32(10).bytes(query.finish());
    for (const type of types) request.uint32(16).int32(type);
    return SnappyJS.compress(request.finish());
  };

  it('a read request that is none is refused', async () => {
    const response = await fetch(`${fleet.gateway.url}/api/v1/read`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf' },
      body: 'nonsense',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('cannot decode the read request');
  });

  it.each(['(', 'a**', 'a(?=b)', '['])('a read by %s is refused in the words of a server', async (expression) => {
    const body = readRequest([0], expression, 2);
    const [own, wanted] = [await postRead(fleet.gateway.url, body), await postRead(fleet.reference.url, body)];
    // A server takes the fault upon itself.
    expect(wanted.status).toBe(500);
    expect(own).toMatchObject({ status: 400, text: wanted.text, contentType: wanted.contentType });
  });

  it('a read by an expression that costs far more than its text is refused', async () => {
    const { status, text } = await postRead(fleet.gateway.url, readRequest([0], '(a?){1000}'.repeat(20), 2));
    expect([status, text]).toEqual([400, expect.stringContaining('instructions, the limit is 10000')]);
  });

  it('a browser of another origin may ask', async () => {
    const response = await fetch(`${fleet.gateway.url}/api/v1/labels`, { headers: { Origin: 'http://grafana.test' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://grafana.test');
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('a thousand dashboards at once are answered or told to come back, and the gateway goes on', async () => {
    const asked = Array.from({ length: 1000 }, async (_, i) => {
      const query = encodeURIComponent(`sum by (job) (up) + ${i}`);
      const response = await fetch(`${fleet.gateway.url}/api/v1/query?time=${end}&query=${query}`);
      const body = (await response.json()) as { status: string; errorType?: string };
      expect(body).toMatchObject(response.status === 200 ? { status: 'success' } : { errorType: 'unavailable' });
      return response.status;
    });
    const statuses = new Set(await Promise.all(asked));
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses).toContain(200);
    const after = await fetch(`${fleet.gateway.url}/api/v1/query?query=vector(1)`);
    expect(after.status).toBe(200);
  });
});
