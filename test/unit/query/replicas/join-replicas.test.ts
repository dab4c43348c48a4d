import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RawSeries } from '../../../../src/model/raw-series.ts';
import { joinReplicas } from '../../../../src/query/replicas/join-replicas.ts';
import { ReplicaStream } from '../../../../src/query/replicas/replica-stream.ts';

const series = (name: string, ...samples: readonly (readonly [number, number])[]): RawSeries => ({
  labels: ['__name__', name],
  timestampsMs: Float64Array.from(samples, ([t]) => t * 1000),
  values: Float64Array.from(samples, ([, value]) => value),
});

type Item = RawSeries | 'fail' | 'hang' | 'wait';

const WAIT_MS = 40;

async function* give(items: readonly Item[], signal: AbortSignal): AsyncGenerator<readonly RawSeries[], void> {
  for (const item of items) {
    if (item === 'wait') {
      await sleep(WAIT_MS);
      continue;
    }
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
  for await (const batch of joinReplicas(streams, {
    hedgeDelayMs: 50,
    minBytesPerSecond: 0,
    batchSize: 2,
    noReplica,
  })) {
    for (const { labels, values } of batch) found.push(`${labels[1]}:${values.join(',')}`);
  }
  return found;
}

/** Series of ten bytes each: whether the first replica was dropped because it dripped, and what came out. */
async function withDrip(
  items: readonly Item[],
  sibling: readonly RawSeries[],
  minBytesPerSecond: number,
): Promise<{ dropped: unknown; names: string[] }> {
  const streams = [items, sibling].map((given, rank) => {
    const abort = new AbortController();
    const counted = async function* (onBytes: (bytes: number) => void): AsyncGenerator<readonly RawSeries[], void> {
      for await (const batch of give(given, abort.signal)) {
        onBytes(10 * batch.length);
        yield batch;
      }
    };
    const batches = counted((bytes) => stream.received(bytes));
    const stream = new ReplicaStream({ name: `r${rank}`, rank, batches, abort });
    return stream;
  });
  const options = { hedgeDelayMs: 100, minBytesPerSecond, batchSize: 2, noReplica: () => new Error('no replica') };
  const names: string[] = [];
  for await (const batch of joinReplicas(streams, options)) names.push(...batch.map(({ labels }) => labels[1]!));
  return { dropped: streams[0]!.error, names };
}

describe('a replica that drips', () => {
  const many = Array.from({ length: 20 }, (_, i) => series(`s${String(i).padStart(2, '0')}`, [0, i]));
  const dripping = many.flatMap((one): Item[] => ['wait', one]);
  const names = many.map(({ labels }) => labels[1]!);

  it('is dropped when its series come slower than the floor, for longer than the hedge delay in all', async () => {
    const started = performance.now();
    const found = await withDrip(dripping, many, 5000);
    expect(found).toMatchObject({ names, dropped: { code: 'PG_UPSTREAM_SLOW' } });
    expect(performance.now() - started).toBeLessThan(many.length * WAIT_MS * 0.8);
  });

  it('is waited for above the floor, and where there is none', async () => {
    expect(await withDrip(dripping, many, 50)).toEqual({ names, dropped: undefined });
    expect(await withDrip(dripping, many, 0)).toEqual({ names, dropped: undefined });
  });

  it('is waited for when no sibling waits', async () => {
    const found = await withDrip([...dripping], [], 0);
    expect(found).toEqual({ names, dropped: undefined });
  });
});

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
