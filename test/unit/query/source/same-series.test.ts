import { describe, expect, it } from 'vitest';
import { AnnotationList } from '../../../../src/promql/engine/annotation-list.ts';
import { MemoryStore } from '../../../promqltest/fleet/memory-store.ts';
import { queryShards } from '../../../promqltest/fleet/query-fleet.ts';

const minute = 60_000;

/** Series by their labels beside the name `x`. */
function storeOf(series: readonly Readonly<Record<string, string>>[], value: number): MemoryStore {
  const store = new MemoryStore();
  for (const labels of series) {
    const pairs = Object.entries({ __name__: 'x', ...labels }).sort(([a], [b]) => (a < b ? -1 : 1));
    for (let i = 0; i <= 5; i++) store.add(pairs.flat(), i * minute, { kind: 'float', value: value + i });
  }
  return store;
}

interface Asked {
  readonly text: string;
  readonly pushDown: boolean;
  /** Series of the shards `slave="0"`, worth 1, and `slave="1"`, worth 10. */
  readonly shards: readonly [readonly Readonly<Record<string, string>>[], readonly Readonly<Record<string, string>>[]];
}

async function ask({ text, pushDown, shards }: Asked): Promise<number> {
  const memory = shards.map((series, i) => ({
    labels: { slave: String(i) },
    ownsLabels: [],
    stores: [storeOf(series, 10 ** i)],
  }));
  const value = await queryShards(memory, {
    text,
    pushDown,
    grid: { startMs: 5 * minute, stepMs: 1, steps: 1 },
    isInstant: true,
    annotations: new AnnotationList(),
    delayedNameRemoval: false,
  });
  if (value.type !== 'vector') throw new Error(`a ${value.type}`);
  return value.blocks.flatMap(({ labels }) => labels).length;
}

const texts = [
  'x',
  'x > 10',
  'rate(x[5m])',
  'sum(x)',
  'count by (job) (x)',
  'avg(rate(x[5m]))',
  'max by (slave) (x)',
  'group(x)',
  'stddev(x)',
  'topk(1, x)',
  'quantile(0.5, x)',
];
const ways = texts.flatMap((text) => [true, false].map((pushDown) => ({ text, pushDown })));

describe.each(ways)('$text, pushed down: $pushDown', (way) => {
  it.each([
    ['a series has by itself the label that another shard attaches', [[{ a: 'b', slave: '1' }], [{ a: 'b' }]]],
    ['a shard has a series with and without the label that it attaches', [[], [{ a: 'b' }, { a: 'b', slave: '1' }]]],
  ] as const)('fails where %s', async (_why, shards) => {
    const failure = ask({ ...way, shards });
    await expect(failure).rejects.toMatchObject({ type: 'execution' });
    await expect(failure).rejects.toThrow('vector cannot contain metrics with the same labelset');
  });

  it.each([
    ['labels of their own tell series apart', [[{ a: 'b', slave: '1' }], [{ a: 'c' }]]],
    ['only attached ones do', [[{ a: 'b' }], [{ a: 'b' }]]],
  ] as const)('answers where %s', async (_why, shards) => {
    expect(await ask({ ...way, shards })).toBeGreaterThan(0);
  });
});
