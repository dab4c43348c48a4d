import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/model/errors.ts';
import { QueryError } from '../../../../src/promql/engine/query-error.ts';
import { BlockBuilder } from '../../../../src/promql/engine/block-builder.ts';
import { askShard, NotPushable } from '../../../../src/query/parts/ask-shard.ts';
import { LossyAnswer } from '../../../../src/query/replicas/parse-answer.ts';
import { slowOnce } from '../../../../src/query/task/slow-once.ts';
import type { ReplicaAnswer, ReplicaClient } from '../../../../src/query/replicas/replica-client.ts';

type Behaviour = number | 'hang' | 'fail' | 'refuse' | 'lossy' | 'warn';

function answer(value: number, warnings: readonly string[] = []): ReplicaAnswer {
  const builder = new BlockBuilder(1);
  builder.set(builder.addRow(['promgate_audit', 'series']), 0, value);
  return { block: builder.toBlock(), warnings, infos: [], samples: 0 };
}

function client(name: string, behaviour: Behaviour): ReplicaClient {
  return {
    name,
    externalLabels: async () => ({}),
    async *read() {},
    metricNames: async () => [],
    answer: async () => (async function* () {})(),
    query: async (_query, signal) => {
      if (typeof behaviour === 'number') return answer(behaviour);
      if (behaviour === 'warn') return answer(1, ['beware']);
      if (behaviour === 'fail') throw new GatewayError('PG_UPSTREAM_RESET', `replica ${name}: reset`);
      if (behaviour === 'refuse') throw new QueryError('execution', 'no');
      if (behaviour === 'lossy') throw new LossyAnswer('histogram');
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
}

async function ask(
  behaviours: readonly Behaviour[],
  audits: readonly string[] = [],
  failed: string[] = [],
  avoided: string[] = [],
): Promise<number> {
  const shard = {
    name: 's',
    labels: {},
    ownsLabels: [],
    hedgeDelayMs: 30,
    minBytesPerSecond: 0,
    replicas: behaviours.map((b, i) => client(`r${i}`, b)),
  };
  const avoid = (name: string): boolean => avoided.push(name) > 0 && !avoided.slice(0, -1).includes(name);
  const report = slowOnce([{ name: 's', avoid }], (_, name, { code }) => void failed.push(`${name} ${code}`));
  const part = {
    shard: 0,
    texts: ['x'],
    audits: audits.map((text) => ({ text, windowMs: 300_000, readsWindows: false })),
  };
  const [block] = await askShard(shard, part, {
    grid: { startMs: 0, stepMs: 1, steps: 1 },
    isInstant: true,
    lookbackDeltaMs: undefined,
    wantsStats: false,
    signal: new AbortController().signal,
    onReplicaError: (name, error) => report('s', name, error),
  });
  return block!.values[0]!;
}

describe('a shard is asked for a part', () => {
  it('and tells of replicas that failed, or were overtaken, though another one answers', async () => {
    const failed: string[] = [];
    expect(await ask(['hang', 'fail', 3], [], failed)).toBe(3);
    expect(failed.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['r0 PG_UPSTREAM_SLOW', 'r1 PG_UPSTREAM_RESET']);
    failed.length = 0;
    expect(await ask([1, 'fail'], [], failed)).toBe(1);
    expect(failed).toEqual([]);
  });

  it.each([
    ['the leader', [1, 2] as const, 1],
    ['a sibling of one that fails', ['fail', 2] as const, 2],
    ['a sibling of one that hangs', ['hang', 2] as const, 2],
    ['the last of three', ['hang', 'fail', 3] as const, 3],
  ])('and answered by %s', async (_who, behaviours, value) => {
    expect(await ask(behaviours)).toBe(value);
  });

  it('and is unavailable when all fail, which names each', async () => {
    await expect(ask(['fail', 'fail'])).rejects.toMatchObject({
      code: 'PG_SHARD_UNAVAILABLE',
      message: 'shard s: no replica answered: replica r0: reset; replica r1: reset',
    });
  });

  it('and what it says against the query is the answer', async () => {
    await expect(ask(['refuse', 1])).rejects.toMatchObject({ type: 'execution', message: 'no' });
  });

  it.each([
    ['replicas differ', [1, 2] as const, ['audit']],
    ['JSON cannot carry it', ['lossy', 1] as const, []],
    ['it comes with a warning', ['warn', 1] as const, []],
  ])('and its answer is not used when %s', async (_why, behaviours, audits) => {
    await expect(ask(behaviours, audits)).rejects.toBeInstanceOf(NotPushable);
  });

  it('and a replica that hangs has no say, and is not waited for again', async () => {
    const avoided: string[] = [];
    expect(await ask(['hang', 2], ['audit'], [], avoided)).toBe(2);
    expect(new Set(avoided)).toEqual(new Set(['r0']));
    avoided.length = 0;
    const failed: string[] = [];
    expect(await ask([1, 1, 'hang'], ['audit'], failed, avoided)).toBe(1);
    expect([avoided, failed]).toEqual([['r2'], ['r2 PG_UPSTREAM_SLOW']]);
    await ask(['fail', 2], ['audit'], [], avoided);
    expect(avoided).toEqual(['r2']);
  });
});
