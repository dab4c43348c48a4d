import { Registry, register as globalRegistry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '../../../../src/telemetry/metrics/metrics.ts';
import type { UpstreamRead } from '../../../../src/telemetry/metrics/upstream-metrics.ts';

let metrics: Metrics;
beforeEach(() => {
  metrics = createMetrics({ version: '1.2.3', errorKind: (code) => `kind of ${code}` });
});
afterEach(() => metrics.close());

/** Lines of one metric, without their TYPE and HELP. */
async function lines(name: string): Promise<string[]> {
  const { body } = await metrics.render();
  return body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

const read: UpstreamRead = {
  result: 'complete',
  series: 10,
  newestSampleMs: 1_700_000_000_500,
  bytes: 1000,
  wireBytes: 100,
  firstByteMs: 20,
  durationMs: 300,
  order: 'sorted',
};
const labels = { shard: 's', replica: 'r' };

describe('createMetrics', () => {
  it('leaves the global registry alone and can be made twice', () => {
    const other = createMetrics({ version: '1', errorKind: (code) => code, registry: new Registry() });
    other.close();
    expect(globalRegistry.getMetricsAsArray()).toEqual([]);
  });

  it('tells the version', async () => {
    expect(await lines('promgate_build_info')).toEqual([
      `promgate_build_info{version="1.2.3",node_version="${process.versions.node}"} 1`,
    ]);
  });

  it('has the process metrics of Node.js, but none that promtool objects to', async () => {
    const { body, contentType } = await metrics.render();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('# TYPE process_resident_memory_bytes gauge');
    expect(body).not.toMatch(/# TYPE \w+_total gauge/);
    expect(body.endsWith('\n')).toBe(true);
  });
});

describe('upstream', () => {
  it('counts a complete read', async () => {
    metrics.upstream.observeRead(labels, read);
    metrics.upstream.observeRead(labels, read);
    expect(await lines('promgate_upstream_bytes_total')).toEqual([
      'promgate_upstream_bytes_total{shard="s",replica="r"} 2000',
    ]);
    expect(await lines('promgate_upstream_wire_bytes_total')).toHaveLength(1);
    expect(await lines('promgate_upstream_samples_total')).toEqual([
      'promgate_upstream_samples_total{shard="s",replica="r"} 20',
    ]);
    expect(await lines('promgate_upstream_request_duration_seconds_sum')).toEqual([
      'promgate_upstream_request_duration_seconds_sum{shard="s",replica="r"} 0.6',
    ]);
    expect(await lines('promgate_upstream_newest_sample_timestamp_seconds')).toEqual([
      'promgate_upstream_newest_sample_timestamp_seconds{shard="s",replica="r"} 1700000000.5',
    ]);
    expect(await lines('promgate_upstream_errors_total')).toEqual([]);
    expect(await lines('promgate_unsorted_reads_total')).toEqual([]);
  });

  it.each<[UpstreamRead, string]>([
    [{ ...read, result: 'failed', error: { code: 'PG_UPSTREAM_TIMEOUT' } }, 'kind of PG_UPSTREAM_TIMEOUT'],
    [{ ...read, result: 'dropped' }, 'dropped'],
  ])('counts a read that did not end well', async (failed, kind) => {
    metrics.upstream.observeRead(labels, { ...failed, firstByteMs: NaN, newestSampleMs: -Infinity });
    expect(await lines('promgate_upstream_errors_total')).toEqual([
      `promgate_upstream_errors_total{shard="s",replica="r",kind="${kind}"} 1`,
    ]);
    expect(await lines('promgate_upstream_first_byte_seconds_count')).toEqual([]);
    expect(await lines('promgate_upstream_newest_sample_timestamp_seconds')).toEqual([]);
  });

  it('counts nothing for a replica that was not asked', async () => {
    metrics.upstream.observeRead(labels, { ...read, result: 'unused' });
    expect((await metrics.render()).body).not.toContain('replica="r"');
  });

  it('counts unsorted reads', async () => {
    metrics.upstream.observeRead(labels, { ...read, order: 'unsorted' });
    expect(await lines('promgate_unsorted_reads_total')).toEqual([
      'promgate_unsorted_reads_total{shard="s",replica="r"} 1',
    ]);
  });
});

describe('shards', () => {
  it('shows one leader', async () => {
    metrics.shards.setLeader('s', 'a', ['a', 'b']);
    metrics.shards.setLeader('s', 'b', ['a', 'b']);
    metrics.shards.countLeaderChange('s');
    expect(await lines('promgate_shard_leader')).toEqual([
      'promgate_shard_leader{shard="s",replica="a"} 0',
      'promgate_shard_leader{shard="s",replica="b"} 1',
    ]);
    expect(await lines('promgate_shard_leader_changes_total')).toEqual([
      'promgate_shard_leader_changes_total{shard="s"} 1',
    ]);
  });

  it('counts what deduplication did', async () => {
    metrics.shards.countDedup('s', { leader: 5, filled: 2, suppressed: 1, duplicate: 0 });
    expect(await lines('promgate_dedup_samples_total')).toEqual([
      'promgate_dedup_samples_total{shard="s",outcome="leader"} 5',
      'promgate_dedup_samples_total{shard="s",outcome="filled"} 2',
      'promgate_dedup_samples_total{shard="s",outcome="suppressed"} 1',
      'promgate_dedup_samples_total{shard="s",outcome="duplicate"} 0',
    ]);
  });
});

describe('workers', () => {
  it('reads the pool when it is collected', async () => {
    expect(await lines('promgate_worker_threads')).toEqual(['promgate_worker_threads 0']);
    let queueLength = 3;
    metrics.workers.watchPool(() => ({ threads: 2, queueLength }));
    expect(await lines('promgate_worker_threads')).toEqual(['promgate_worker_threads 2']);
    queueLength = 4;
    expect(await lines('promgate_worker_queue_length')).toEqual(['promgate_worker_queue_length 4']);
  });
});

describe('event loop', () => {
  it('notices when the loop is blocked', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const endMs = performance.now() + 150;
    while (performance.now() < endMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [longest] = (await lines('promgate_event_loop_delay_seconds')).filter((line) =>
      line.includes('quantile="1"'),
    );
    expect(Number(longest!.split(' ')[1])).toBeGreaterThan(0.1);
    const [count] = await lines('promgate_event_loop_delay_seconds_count');
    expect(Number(count!.split(' ')[1])).toBeGreaterThan(0);
  });
});

describe('keepOnly', () => {
  it('removes the series of shards and replicas that are gone, and no others', async () => {
    for (const [shard, replica] of [
      ['s', 'r'],
      ['s', 'gone'],
      ['gone', 'r'],
    ] as const) {
      metrics.upstream.observeRead({ shard, replica }, read);
      metrics.shards.setUp(shard, true);
      metrics.aggregation.setShardCoverage('job:$1', shard, 1);
      metrics.queries.countReplicaError(shard, replica, 'timeout');
    }
    metrics.federate.countShared();
    await metrics.keepOnly((shard, replica) => shard === 's' && (replica === undefined || replica === 'r'));
    const { body } = await metrics.render();
    expect(body).not.toContain('"gone"');
    expect(await lines('promgate_upstream_first_byte_seconds_count')).toHaveLength(1);
    expect(await lines('promgate_federate_shard_up')).toEqual(['promgate_federate_shard_up{shard="s"} 1']);
    expect(await lines('promgate_query_replica_errors_total')).toHaveLength(1);
    expect(await lines('promgate_federate_shared_requests_total')).toEqual([
      'promgate_federate_shared_requests_total 1',
    ]);
  });
});
