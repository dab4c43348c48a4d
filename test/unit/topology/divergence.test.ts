import { describe, expect, it } from 'vitest';
import { createDivergence, type Divergence } from '../../../src/topology/divergence.ts';

type Cell = readonly [timestampMs: number, value: number] | undefined;

function observe(divergence: Divergence, series: Record<string, readonly Cell[]>, nowMs = 0, leader = 0): void {
  const cells = Object.values(series).flat();
  divergence.observe(
    {
      leader,
      replicas: Object.values(series)[0]!,
      sampled: {
        labels: Object.keys(series),
        timestampsMs: Float64Array.from(cells, (cell) => cell?.[0] ?? -Infinity),
        values: Float64Array.from(cells, (cell) => cell?.[1] ?? NaN),
      },
    },
    nowMs,
  );
}

const labelsOf = (divergence: Divergence, replica = 1): string[] =>
  divergence.divergent(replica).map(({ labels }) => labels);

/** Divergent series after each of a row of samples of one series. */
function after(rows: readonly (readonly Cell[])[]): number[] {
  const divergence = createDivergence();
  return rows.map((cells) => {
    observe(divergence, { s: cells });
    return divergence.divergent(1).length;
  });
}

/** What two replicas give of a series: a scrape every ten milliseconds, the second replica `laterMs` later. */
function scrape(index: number, first: number, second: number, laterMs = 7): readonly Cell[] {
  return [
    [index * 10, first],
    [index * 10 + laterMs, second],
  ];
}

/** What each replica gives of a series at one moment. */
function at(timestampMs: number, ...values: readonly number[]): readonly Cell[] {
  return values.map((value) => [timestampMs, value]);
}

describe('two replicas of one series', () => {
  it.each<[string, readonly (readonly Cell[])[], number[]]>([
    ['agree', [0, 1, 2].map((i) => scrape(i, 5, 5)), [0, 0, 0]],
    [
      'agree about a counter that moves between their scrapes',
      [0, 1, 2, 3, 4, 5].map((i) => scrape(i, i * 100, i * 100 + 70)),
      [0, 0, 0, 0, 0, 0],
    ],
    [
      'agree about a rule that each evaluates at the same moment on its own scrapes',
      [0, 1, 2, 3, 4, 5].map((i) => scrape(i, i * 100, i * 100 + 70, 0)),
      [0, 0, 0, 0, 0, 0],
    ],
    ['differ at once where the timestamps are equal and nothing moves', [0, 1].map((i) => scrape(i, 5, 6, 0)), [0, 1]],
    [
      'differ after three requests where timestamps are not equal',
      [0, 1, 2, 3].map((i) => scrape(i, 5, 6)),
      [0, 0, 0, 1],
    ],
    ['differ in the start of a counter', [0, 1, 2, 3].map((i) => scrape(i, i * 100, i * 100 + 5070)), [0, 0, 0, 1]],
    ['differ where one has no number', [0, 1, 2, 3].map((i) => scrape(i, 5, NaN)), [0, 0, 0, 1]],
    ['agree on no number', [0, 1, 2, 3].map((i) => scrape(i, NaN, NaN)), [0, 0, 0, 0]],
    ['agree on infinity', [0, 1, 2, 3].map((i) => scrape(i, Infinity, Infinity)), [0, 0, 0, 0]],
    [
      'are not judged again by the samples that were seen',
      [0, 1, 1, 1, 1].map((i) => scrape(i, 5, 6)),
      [0, 0, 0, 0, 0],
    ],
    ['agree again', [...[0, 1, 2, 3].map((i) => scrape(i, 5, 6)), scrape(4, 5, 5)], [0, 0, 0, 1, 0]],
    [
      'differ for a moment when a constant changes, which is none',
      [scrape(0, 5, 5), scrape(1, 5, 9), scrape(2, 9, 9)],
      [0, 0, 0],
    ],
    ['without timestamps are not judged', [0, 1, 2, 3].map(() => scrape(NaN, 5, 6)), [0, 0, 0, 0]],
    ['of which one is missing are not judged', [0, 1, 2, 3].map((i) => [[i, 5], undefined]), [0, 0, 0, 0]],
  ])('%s', (_name, rows, counts) => {
    expect(after(rows)).toEqual(counts);
  });
});

it('names the samples that differ, by replica', () => {
  const divergence = createDivergence();
  for (const i of [0, 1]) observe(divergence, { a: at(i, 1, 1, 2), b: at(i, 1, 3, 1) });
  expect([labelsOf(divergence, 0), labelsOf(divergence, 1), labelsOf(divergence, 2)]).toEqual([[], ['b'], ['a']]);
  expect(divergence.divergent(2)).toEqual([
    { labels: 'a', leader: { timestampMs: 1, value: 1 }, replica: { timestampMs: 1, value: 2 } },
  ]);
  expect(divergence.sampled).toBe(2);
});

it('remembers a series through requests that do not have it, for ten minutes', () => {
  const divergence = createDivergence();
  for (const i of [0, 1]) observe(divergence, { a: at(i, 1, 2) });
  observe(divergence, { b: at(5, 1, 1) }, 600_000);
  expect([labelsOf(divergence), divergence.sampled]).toEqual([['a'], 2]);
  observe(divergence, { b: at(6, 1, 1) }, 600_001);
  expect([labelsOf(divergence), divergence.sampled]).toEqual([[], 1]);
});

it('is bounded, and forgets first what it saw last', () => {
  const divergence = createDivergence();
  const series = (from: number, to: number): Record<string, readonly Cell[]> =>
    Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`s${from + i}`, at(1, 1, 1)]));
  for (const i of [1, 2]) observe(divergence, { s0: at(i, 1, 9), s1: at(i, 1, 9) });
  observe(divergence, series(2, 1024));
  observe(divergence, { s0: at(2, 1, 9) });
  observe(divergence, series(1024, 1025));
  expect(divergence.sampled).toBe(1024);
  expect(labelsOf(divergence)).toEqual(['s0']);
});

it('compares with the replica that leads now', () => {
  const divergence = createDivergence();
  for (const i of [0, 1]) observe(divergence, { a: at(i, 1, 2) });
  observe(divergence, { a: at(2, 1, 1) }, 0, 1);
  expect([labelsOf(divergence, 0), labelsOf(divergence, 1)]).toEqual([[], []]);
});
