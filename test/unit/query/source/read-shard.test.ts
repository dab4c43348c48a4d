import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/model/errors.ts';
import type { RawSeries } from '../../../../src/model/raw-series.ts';
import type { ReplicaClient } from '../../../../src/query/replicas/replica-client.ts';
import { readShard } from '../../../../src/query/source/read-shard.ts';

function replica(name: string, state: 'alive' | 'dead'): ReplicaClient {
  const no = (): never => {
    throw new GatewayError('PG_UPSTREAM_CONNECT', `replica ${name}: refused`);
  };
  const series: RawSeries = {
    labels: ['__name__', 'up', 'by', name],
    timestampsMs: Float64Array.of(1),
    values: Float64Array.of(1),
  };
  return {
    name,
    externalLabels: async () => ({}),
    async *read() {
      if (state === 'dead') no();
      yield [series];
    },
    query: no,
    answer: no,
    metricNames: no,
  };
}

async function read(
  replicas: readonly ReplicaClient[],
  spare: readonly ReplicaClient[],
  failed: string[] = [],
): Promise<string[]> {
  const shard = { name: 's', labels: {}, hedgeDelayMs: 1000, minBytesPerSecond: 0, replicas, spare };
  const names: string[] = [];
  const asked = {
    matchers: [],
    startMs: 0,
    endMs: 1,
    hints: { startMs: 0, endMs: 1, stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false },
    replicaLabels: [],
    recheck: [],
    onReplicaError: (name: string) => void failed.push(name),
  };
  for await (const batch of readShard(shard, asked, new AbortController().signal)) {
    names.push(...batch.map(({ labels }) => labels[3]!));
  }
  return names;
}

describe('replicas that failed of late', () => {
  it('are not asked while another one answers', async () => {
    expect(await read([replica('a', 'alive')], [replica('b', 'alive')])).toEqual(['a']);
  });

  it('are asked when no other one answers', async () => {
    expect(await read([replica('a', 'dead')], [replica('b', 'alive')])).toEqual(['b']);
  });

  it('are told of, each once, whether or not another one answers', async () => {
    const failed: string[] = [];
    await read([replica('a', 'dead'), replica('b', 'alive')], [], failed);
    expect(failed).toEqual(['a']);
    failed.length = 0;
    await expect(read([replica('a', 'dead')], [replica('b', 'dead')], failed)).rejects.toThrow();
    expect(failed).toEqual(['a', 'b']);
  });

  it('are named beside the others when none answers', async () => {
    const failure = read([replica('a', 'dead')], [replica('b', 'dead')]);
    await expect(failure).rejects.toMatchObject({ code: 'PG_SHARD_UNAVAILABLE' });
    await expect(failure).rejects.toThrow(/replica a: refused.*replica b: refused/);
  });
});
