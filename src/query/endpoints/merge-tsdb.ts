import type { Form } from './ask-replicas.ts';
import type { ShardAnswer } from './ask-shards.ts';
import { topLists, type NamedCount, type TsdbStatus } from './server-shapes.ts';

const summed = ['numSeries', 'numLabelPairs', 'chunkCount'] as const;

/** What the heads of all shards hold together. */
export function mergeTsdb(answers: readonly ShardAnswer<TsdbStatus>[], { form }: { readonly form: Form }): unknown {
  const limit = Number(form.find(([key]) => key === 'limit')?.[1] ?? 10);
  const heads = answers.map(({ data }) => data.headStats);
  const total = (key: string): number => heads.reduce((sum, head) => sum + (head[key] ?? 0), 0);
  return {
    headStats: {
      ...Object.fromEntries(summed.map((key) => [key, total(key)])),
      minTime: Math.min(...heads.map(({ minTime }) => minTime ?? Infinity)),
      maxTime: Math.max(...heads.map(({ maxTime }) => maxTime ?? -Infinity)),
    },
    ...Object.fromEntries(
      topLists.map((key) => [
        key,
        topOf(
          answers.flatMap(({ data }) => data[key]),
          limit,
        ),
      ]),
    ),
  };
}

function topOf(items: readonly NamedCount[], limit: number): NamedCount[] {
  const totals = new Map<string, number>();
  for (const { name, value } of items) totals.set(name, (totals.get(name) ?? 0) + value);
  return [...totals]
    .sort(([, a], [, b]) => b - a)
    .slice(0, limit)
    .map(([name, value]) => ({ name, value }));
}
