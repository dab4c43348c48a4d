import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../../servers/describe-real.ts';
import { startBlockFleet, type BlockFleet } from './block-fleet.ts';
import { ask, difference } from './compare-answers.ts';
import { dataSeconds, dataStart } from './reference-data.ts';

const rule = { by: ['job'], keep_source: true } as const;

describeReal('names that aggregation rules make', ['prometheus', 'promtool'], (paths) => {
  let fleet: BlockFleet;

  beforeAll(async () => {
    fleet = await startBlockFleet({
      ...paths,
      runDirectory: inject('runDirectory'),
      aggregationRules: [
        { ...rule, source: 'memory_bytes', record: 'job:memory_bytes:sum', function: 'sum' },
        { ...rule, source: 'http_requests_total', record: 'job:http_requests:max', function: 'max' },
        { ...rule, source: '(up)', record: 'job:$1:count', function: 'count' },
      ],
    });
  });

  afterAll(() => fleet?.close());

  /** A query of the gateway, and what says the same without rules. */
  it.each([
    ['job:memory_bytes:sum', 'label_replace(sum by (job) (memory_bytes), "__name__", "job:memory_bytes:sum", "", "")'],
    ['job:memory_bytes:sum{job=~"a.*|web"} * 2', 'sum by (job) (memory_bytes{job=~"a.*|web"}) * 2'],
    [
      'job:http_requests:max offset 10m',
      'label_replace(max by (job) (http_requests_total offset 10m), "__name__", "job:http_requests:max", "", "")',
    ],
    ['sum(job:up:count)', 'count(up)'],
    ['avg_over_time(job:memory_bytes:sum[10m:2m])', 'avg_over_time(sum by (job) (memory_bytes)[10m:2m])'],
    ['max_over_time(job:memory_bytes:sum[10m])', 'max_over_time(sum by (job) (memory_bytes)[10m:1m])'],
  ])('%s', async (query, same) => {
    for (const kind of ['instant', 'range'] as const) {
      const found = await ask(fleet.gateway.url, { query, kind });
      const wanted = await ask(fleet.reference.url, { query: same, kind });
      expect(found.status).toBe(200);
      const { infos: _told, ...body } = found.body;
      expect(difference({ ...found, body }, wanted)).toBeUndefined();
    }
  });

  const get = async (path: string, params: Readonly<Record<string, string>>): Promise<unknown> => {
    const times = { start: String(dataStart), end: String(dataStart + dataSeconds) };
    const response = await fetch(
      `${fleet.gateway.url}${path}?${new URLSearchParams({ ...times, ...params }).toString()}`,
    );
    return ((await response.json()) as { data: unknown }).data;
  };

  it('are listed among series, labels and values', async () => {
    expect(await get('/api/v1/series', { 'match[]': 'job:memory_bytes:sum{job!="api"}' })).toEqual([
      { __name__: 'job:memory_bytes:sum', job: 'db' },
      { __name__: 'job:memory_bytes:sum', job: 'web' },
    ]);
    expect(await get('/api/v1/labels', { 'match[]': 'job:up:count' })).toEqual(['__name__', 'job']);
    expect(await get('/api/v1/label/job/values', { 'match[]': '{__name__=~"job:.*"}' })).toEqual(['api', 'db', 'web']);
    expect(await get('/api/v1/label/__name__/values', {})).toEqual(
      expect.arrayContaining(['job:http_requests:max', 'job:memory_bytes:sum', 'job:up:count', 'memory_bytes']),
    );
  });

  it('are explained', async () => {
    const text = await fetch(`${fleet.gateway.url}/api/v1/gateway/explain?format=text&query=job:up:count`);
    const lines = (await text.text()).split('\n');
    expect(lines).toContain('the sources of job:up:count');
    expect(lines).toContain('  slave-0 reads: {__name__=~"(up)"}');
  });
});
