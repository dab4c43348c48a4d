import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createMatcher } from '../../src/model/matcher.ts';
import type { RawSeries } from '../../src/model/raw-series.ts';
import { createAnswerSizes } from '../../src/query/replicas/answer-sizes.ts';
import { createHttpReplicaClient } from '../../src/query/replicas/http-replica-client.ts';
import { createUpstreamPools, type UpstreamPools } from '../../src/upstream/upstream-pools.ts';
import { startBlockServer } from '../conformance/query/block-server.ts';
import { dataSeconds, dataStart, referenceFamilies } from '../conformance/query/reference-data.ts';
import { describeReal } from '../servers/describe-real.ts';
import type { PrometheusServer } from '../servers/process/prometheus.ts';

describeReal('remote read from a real server', ['prometheus', 'promtool'], (paths) => {
  let server: PrometheusServer;
  let pools: UpstreamPools;

  beforeAll(async () => {
    pools = createUpstreamPools({ version: 'test', now: () => Date.now() });
    server = await startBlockServer({
      name: 'raw',
      binary: paths.prometheus,
      promtool: paths.promtool,
      runDirectory: inject('runDirectory'),
      externalLabels: { slave: '0', replica: 'a' },
      families: referenceFamilies(),
      labelsOf: ({ labels }) => labels,
      // Long holes inside of chunks, of which timestamps are encoded as differences of differences.
      isHole: (_series, i) => (i > 40 && i < 120) || (i > 200 && i < 240) || i % 31 === 7,
    });
  });

  afterAll(async () => {
    await pools?.close();
    await server?.close();
  });

  const read = async (range: { startMs: number; endMs: number }, name: string): Promise<RawSeries[]> => {
    const client = createHttpReplicaClient({
      pools,
      target: { name: server.address, url: server.url, enableCompression: true },
      deadlineMs: Date.now() + 30_000,
      maxResponseBytes: 100_000_000,
      externalLabels: async () => ({}),
      onBytes: () => undefined,
      isPrometheus: async () => true,
      onLimitation: () => undefined,
      answerSizes: createAnswerSizes(),
    });
    const hints = { stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false };
    const found: RawSeries[] = [];
    const request = { ...range, hints, matchers: [createMatcher('__name__', '=', name)] };
    for await (const batch of client.read(request, new AbortController().signal)) found.push(...batch);
    return found;
  };

  it.each(['http_requests_total', 'memory_bytes', 'temperature', 'latency_seconds_bucket'])(
    'gives every sample of %s as the query API does',
    async (name) => {
      const endMs = (dataStart + dataSeconds) * 1000;
      const series = await read({ startMs: dataStart * 1000, endMs }, name);
      const wanted = await server.query(`${name}[${dataSeconds + 1}s]`, dataStart + dataSeconds);
      expect(series.length).toBe(wanted.length);
      const byLabels = new Map(
        wanted.map(({ metric, values }) => [key({ ...metric, slave: '0', replica: 'a' }), values]),
      );
      for (const { labels, timestampsMs, values } of series) {
        const samples = byLabels.get(key(Object.fromEntries(pairs(labels))))!;
        expect(Array.from(timestampsMs)).toEqual(samples.map(([seconds]) => seconds * 1000));
        expect(Array.from(values)).toEqual(samples.map(([, text]) => Number(text.replace('Inf', 'Infinity'))));
      }
    },
  );

  it('clips chunks to what was asked for', async () => {
    const startMs = (dataStart + 3000) * 1000;
    const endMs = startMs + 60_000;
    for (const { timestampsMs } of await read({ startMs, endMs }, 'up')) {
      expect(timestampsMs.length).toBeGreaterThan(0);
      expect(timestampsMs[0]).toBeGreaterThanOrEqual(startMs);
      expect(timestampsMs.at(-1)).toBeLessThanOrEqual(endMs);
    }
  });
});

function* pairs(labels: readonly string[]): Generator<[string, string], void> {
  for (let i = 0; i < labels.length; i += 2) yield [labels[i]!, labels[i + 1]!];
}

function key(metric: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}
