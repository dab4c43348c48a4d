import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/model/errors.ts';
import type { RawSeries } from '../../../../src/model/raw-series.ts';
import type { ReplicaClient } from '../../../../src/query/replicas/replica-client.ts';
import { slowOnce } from '../../../../src/query/task/slow-once.ts';
import { readShard } from '../../../../src/query/source/read-shard.ts';

/** A replica's series have a value of its own. */
const valueOf: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3 };

function nameOf(value: number): string {
  return Object.entries(valueOf).find(([, own]) => own === value)![0];
}

type State = 'alive' | 'dead' | 'dying' | 'hung';

/** One that is dying gives two of its three series. */
function replica(name: string, state: State): ReplicaClient {
  const no = (): never => {
    throw new GatewayError('PG_UPSTREAM_CONNECT', `replica ${name}: refused`);
  };
  const series = (instance: string): RawSeries => ({
    labels: ['__name__', 'up', 'instance', instance],
    timestampsMs: Float64Array.of(1),
    values: Float64Array.of(valueOf[name]!),
  });
  return {
    name,
    externalLabels: async () => ({}),
    async *read(_request, signal) {
      if (state === 'dead') no();
      if (state === 'hung') await new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
      yield [series('1'), series('2')];
      if (state === 'dying') no();
      yield [series('3')];
    },
    query: no,
    answer: no,
    metricNames: no,
  };
}

/** Which replica each series is from; those that failed are told apart by a `!`. */
async function read(
  replicas: readonly ReplicaClient[],
  spare: readonly ReplicaClient[],
  failed: string[] = [],
): Promise<string[]> {
  const names: string[] = [];
  const avoid = (name: string): boolean => names.push(`-${name}`) > 0;
  const shard = {
    name: 's',
    labels: {},
    ownsLabels: [],
    hedgeDelayMs: 200,
    minBytesPerSecond: 0,
    replicas,
    spare,
  };
  const report = slowOnce([{ name: 's', avoid }], (_, name) => {
    failed.push(name);
    names.push(`!${name}`);
  });
  const asked = {
    matchers: [],
    startMs: 0,
    endMs: 1,
    hints: { startMs: 0, endMs: 1, stepMs: 0, function: '', rangeMs: 0, grouping: [], by: false },
    replicaLabels: [],
    recheck: [],
    onReplicaError: (name: string, error: GatewayError) => report('s', name, error),
  };
  for await (const batch of readShard(shard, asked, new AbortController().signal)) {
    names.push(...batch.map(({ labels, values }) => labels[3]! + nameOf(values[0]!)));
  }
  return names;
}

describe('replicas that failed of late', () => {
  it('are not asked while another one answers', async () => {
    expect(await read([replica('a', 'alive')], [replica('b', 'alive')])).toEqual(['1a', '2a', '3a']);
  });

  it('or that let a sibling wait are told, those to the query as well', async () => {
    expect(await read([replica('a', 'hung'), replica('b', 'alive')], [])).toEqual(['1b', '2b', '3b', '-a', '!a']);
  });

  it('are asked when no other one answers', async () => {
    expect(await read([replica('a', 'dead')], [replica('b', 'alive')])).toEqual(['!a', '1b', '2b', '3b']);
  });

  it('go on in the middle of an answer with what the last other one has not given', async () => {
    expect(await read([replica('a', 'dying')], [replica('b', 'alive')])).toEqual(['1a', '2a', '!a', '3b']);
    const two = [replica('b', 'alive'), replica('c', 'alive')];
    expect(await read([replica('a', 'dying')], two)).toEqual(['1a', '2a', '!a', '3b']);
  });

  it('are named where they fail in the middle as well', async () => {
    const failure = read([replica('a', 'dying')], [replica('b', 'dying')]);
    await expect(failure).rejects.toThrow(/replica a: refused.*replica b: refused/);
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
