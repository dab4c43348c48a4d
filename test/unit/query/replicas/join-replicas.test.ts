import { describe, expect, it } from 'vitest';
import type { RawSeries } from '../../../../src/model/raw-series.ts';
import { joinReplicas } from '../../../../src/query/replicas/join-replicas.ts';
import { ReplicaStream } from '../../../../src/query/replicas/replica-stream.ts';

const series = (name: string, ...samples: readonly (readonly [number, number])[]): RawSeries => ({
  labels: ['__name__', name],
  timestampsMs: Float64Array.from(samples, ([t]) => t * 1000),
  values: Float64Array.from(samples, ([, value]) => value),
});

type Item = RawSeries | 'fail' | 'hang';

async function* give(items: readonly Item[], signal: AbortSignal): AsyncGenerator<readonly RawSeries[], void> {
  for (const item of items) {
    if (item === 'fail') throw new Error('broken');
    if (item === 'hang')
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    else yield [item];
  }
}

async function joined(...replicas: readonly (readonly Item[])[]): Promise<string[]> {
  const streams = replicas.map((items, rank) => {
    const abort = new AbortController();
    return new ReplicaStream({ name: `r${rank}`, rank, batches: give(items, abort.signal), abort });
  });
  const noReplica = (): Error => new Error('no replica');
  const found: string[] = [];
  for await (const batch of joinReplicas(streams, { hedgeDelayMs: 50, batchSize: 2, noReplica })) {
    for (const { labels, values } of batch) found.push(`${labels[1]}:${values.join(',')}`);
  }
  return found;
}

describe('the replicas of a shard', () => {
  const full = [series('a', [0, 1], [15, 2]), series('b', [0, 3]), series('c', [0, 4])];

  it('give each series once', async () => {
    expect(await joined(full, full)).toEqual(['a:1,2', 'b:3', 'c:4']);
  });

  it('fill each other’s holes, in samples and in series', async () => {
    expect(await joined([series('a', [0, 1]), full[2]!], full)).toEqual(['a:1,2', 'b:3', 'c:4']);
  });

  it.each([
    ['fails at once', ['fail'] as const],
    ['fails in the middle', [full[0]!, 'fail'] as const],
    ['hangs at once', ['hang'] as const],
    ['hangs in the middle', [full[0]!, 'hang'] as const],
  ])('are complete when one %s', async (_what, broken) => {
    expect(await joined(broken, full)).toEqual(['a:1,2', 'b:3', 'c:4']);
    expect(await joined(full, broken)).toEqual(['a:1,2', 'b:3', 'c:4']);
  });

  it('are an error when all fail', async () => {
    await expect(joined(['fail'], [full[0]!, 'fail'])).rejects.toThrow('no replica');
  });

  it('give each series once in whatever order they come', async () => {
    const [a, b, c] = full as [RawSeries, RawSeries, RawSeries];
    for (const order of [
      [c, b, a],
      [b, a, c],
      [a, c, b],
    ]) {
      expect((await joined(order, full)).sort()).toEqual(['a:1,2', 'b:3', 'c:4']);
      expect((await joined(full, order)).sort()).toEqual(['a:1,2', 'b:3', 'c:4']);
    }
  });
});
