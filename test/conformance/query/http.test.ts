import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { describeReal } from '../../servers/describe-real.ts';
import { startBlockFleet, type BlockFleet } from './block-fleet.ts';
import { dataSeconds, dataStart } from './reference-data.ts';

const end = dataStart + dataSeconds;

interface Asked {
  readonly path: string;
  readonly init?: () => RequestInit;
}

function multipart(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  return form;
}

describeReal('the HTTP of the API', ['prometheus', 'promtool'], (paths) => {
  let fleet: BlockFleet;

  beforeAll(async () => {
    fleet = await startBlockFleet({ ...paths, runDirectory: inject('runDirectory') });
  });

  afterAll(() => fleet?.close());

  const shown = ['content-type', 'allow', 'vary', 'access-control-allow-origin', 'access-control-allow-methods'];

  it.each<[string, Asked]>([
    [
      'a form',
      { path: 'query', init: () => ({ method: 'POST', body: new URLSearchParams({ query: '1', time: '4' }) }) },
    ],
    [
      'a multipart form',
      { path: 'query', init: () => ({ method: 'POST', body: multipart({ query: '1 + 1', time: '4' }) }) },
    ],
    [
      'a form that counts before the URL',
      { path: 'query?query=2&time=5', init: () => ({ method: 'POST', body: new URLSearchParams({ query: '1' }) }) },
    ],
    [
      'a body of JSON, which is ignored',
      { path: 'query?query=2&time=5', init: () => ({ method: 'POST', body: '{}' }) },
    ],
    ['OPTIONS', { path: 'query', init: () => ({ method: 'OPTIONS' }) }],
    [
      'OPTIONS of another origin',
      { path: 'query', init: () => ({ method: 'OPTIONS', headers: { Origin: 'http://grafana.test' } }) },
    ],
    ['OPTIONS of what is not there', { path: 'nothing', init: () => ({ method: 'OPTIONS' }) }],
    ['HEAD', { path: 'query?query=1', init: () => ({ method: 'HEAD' }) }],
    ['another method', { path: 'query?query=1', init: () => ({ method: 'PUT' }) }],
    ['POST where only GET is', { path: 'label/job/values', init: () => ({ method: 'POST' }) }],
    ['a label that could be a path', { path: 'label/U___2e__2e__2f_labels/values' }],
    ['a label that is dots', { path: 'label/U___2e__2e_/values' }],
    ['a label that is no character', { path: 'label/U___ffffff_/values' }],
    ['a semicolon', { path: 'query?query=1;time=4' }],
  ])('%s is answered as by Prometheus', async (_what, { path, init }) => {
    const [got, wanted] = await Promise.all(
      [fleet.gateway, fleet.reference].map(async ({ url }) => {
        const response = await fetch(`${url}/api/v1/${path}`, { ...init?.(), redirect: 'manual' });
        const headers = shown.map((name) => [name, response.headers.get(name)]);
        return { status: response.status, headers, body: await response.text() };
      }),
    );
    expect(got).toEqual(wanted);
  });

  it('live notifications stay open and say nothing', async () => {
    for (const { url } of [fleet.gateway, fleet.reference]) {
      const abort = new AbortController();
      const response = await fetch(`${url}/api/v1/notifications/live`, { signal: abort.signal });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      const first = response.body!.getReader().read();
      expect(await Promise.race([first, new Promise((done) => setTimeout(done, 200, 'silence'))])).toBe('silence');
      abort.abort();
      await expect(first).rejects.toThrow('abort');
    }
  });

  it.each(['sum(up)', 'rate(http_requests_total[5m])', 'quantile(0.5, memory_bytes)', '1'])(
    'the stats of %s have the form of Prometheus’',
    async (query) => {
      const keys = await Promise.all(
        [fleet.gateway, fleet.reference].map(async ({ url }) => {
          const params = new URLSearchParams({ query, time: String(end), stats: 'true' });
          const body = (await (await fetch(`${url}/api/v1/query?${params.toString()}`)).json()) as {
            data: { stats: { timings: object; samples: { totalQueryableSamples: number; peakSamples: number } } };
          };
          const { timings, samples } = body.data.stats;
          if (query !== '1') expect(samples.totalQueryableSamples).toBeGreaterThan(0);
          return { data: Object.keys(body.data), timings: Object.keys(timings), samples: Object.keys(samples) };
        }),
      );
      expect(keys[0]).toEqual(keys[1]);
    },
  );

  it('metrics tell of queries', async () => {
    const metrics = await fleet.gateway.metrics();
    expect(metrics).toMatch(/^promgate_queries_total\{kind="instant",outcome="success"\} [1-9]/m);
    expect(metrics).toMatch(/^promgate_query_samples_total [1-9]/m);
    expect(metrics).toMatch(/^promgate_query_upstream_bytes_total [1-9]/m);
    expect(metrics).toMatch(/^promgate_query_parts_total\{outcome="fallback"\} [1-9]/m);
  });
});
