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

describe('two replicas of one series', () => {
  it.each<[string, readonly (readonly Cell[])[], number[]]>([
    [
      'agree',
      [
        [
          [0, 5],
          [7, 5],
        ],
        [
          [10, 5],
          [17, 5],
        ],
        [
          [20, 5],
          [27, 5],
        ],
      ],
      [0, 0, 0],
    ],
    [
      'agree about a counter that moves between their scrapes',
      [0, 1, 2, 3, 4, 5].map((i) => [
        [i * 10, i * 100],
        [i * 10 + 7, i * 100 + 70],
      ]),
      [0, 0, 0, 0, 0, 0],
    ],
    [
      'agree about a rule that each evaluates at the same moment on its own scrapes',
      [0, 1, 2, 3, 4, 5].map((i) => [
        [i * 10, i * 100],
        [i * 10, i * 100 + 70],
      ]),
      [0, 0, 0, 0, 0, 0],
    ],
    [
      'differ at once where the timestamps are equal and nothing moves',
      [
        [
          [0, 5],
          [0, 6],
        ],
        [
          [10, 5],
          [10, 6],
        ],
      ],
      [0, 1],
    ],
    [
      'differ after three requests where timestamps are not equal',
      [0, 1, 2, 3].map((i) => [
        [i * 10, 5],
        [i * 10 + 7, 6],
      ]),
      [0, 0, 0, 1],
    ],
    [
      'differ in the start of a counter',
      [0, 1, 2, 3].map((i) => [
        [i * 10, i * 100],
        [i * 10 + 7, i * 100 + 5070],
      ]),
      [0, 0, 0, 1],
    ],
    [
      'differ where one has no number',
      [0, 1, 2, 3].map((i) => [
        [i * 10, 5],
        [i * 10 + 7, NaN],
      ]),
      [0, 0, 0, 1],
    ],
    [
      'agree on no number',
      [0, 1, 2, 3].map((i) => [
        [i * 10, NaN],
        [i * 10 + 7, NaN],
      ]),
      [0, 0, 0, 0],
    ],
    [
      'agree on infinity',
      [0, 1, 2, 3].map((i) => [
        [i * 10, Infinity],
        [i * 10 + 7, Infinity],
      ]),
      [0, 0, 0, 0],
    ],
    [
      'are not judged again by the samples that were seen',
      [0, 1, 1, 1, 1].map((i) => [
        [i * 10, 5],
        [i * 10 + 7, 6],
      ]),
      [0, 0, 0, 0, 0],
    ],
    [
      'agree again',
      [
        ...[0, 1, 2, 3].map(
          (i) =>
            [
              [i * 10, 5],
              [i * 10 + 7, 6],
            ] as const,
        ),
        [
          [40, 5],
          [47, 5],
        ],
      ],
      [0, 0, 0, 1, 0],
    ],
    [
      'differ for a moment when a constant changes, which is none',
      [
        [
          [0, 5],
          [7, 5],
        ],
        [
          [10, 5],
          [17, 9],
        ],
        [
          [20, 9],
          [27, 9],
        ],
      ],
      [0, 0, 0],
    ],
    [
      'without timestamps are not judged',
      [0, 1, 2, 3].map(() => [
        [NaN, 5],
        [NaN, 6],
      ]),
      [0, 0, 0, 0],
    ],
    ['of which one is missing are not judged', [0, 1, 2, 3].map((i) => [[i, 5], undefined]), [0, 0, 0, 0]],
  ])('%s', (_name, rows, counts) => {
    expect(after(rows)).toEqual(counts);
  });
});

it('names the samples that differ, by replica', () => {
  const divergence = createDivergence();
  for (const i of [0, 1])
    observe(divergence, {
      a: [
        [i, 1],
        [i, 1],
        [i, 2],
      ],
      b: [
        [i, 1],
        [i, 3],
        [i, 1],
      ],
    });
  expect([labelsOf(divergence, 0), labelsOf(divergence, 1), labelsOf(divergence, 2)]).toEqual([[], ['b'], ['a']]);
  expect(divergence.divergent(2)).toEqual([
    { labels: 'a', leader: { timestampMs: 1, value: 1 }, replica: { timestampMs: 1, value: 2 } },
  ]);
  expect(divergence.sampled).toBe(2);
});

it('remembers a series through requests that do not have it, for ten minutes', () => {
  const divergence = createDivergence();
  for (const i of [0, 1])
    observe(divergence, {
      a: [
        [i, 1],
        [i, 2],
      ],
    });
  observe(
    divergence,
    {
      b: [
        [5, 1],
        [5, 1],
      ],
    },
    600_000,
  );
  expect([labelsOf(divergence), divergence.sampled]).toEqual([['a'], 2]);
  observe(
    divergence,
    {
      b: [
        [6, 1],
        [6, 1],
      ],
    },
    600_001,
  );
  expect([labelsOf(divergence), divergence.sampled]).toEqual([[], 1]);
});

it('is bounded, and forgets first what it saw last', () => {
  const divergence = createDivergence();
  const series = (from: number, to: number): Record<string, readonly Cell[]> =>
    Object.fromEntries(
      Array.from({ length: to - from }, (_, i) => [
        `s${from + i}`,
        [
          [1, 1],
          [1, 1],
        ] as const,
      ]),
    );
  const differ = (timestampMs: number): void =>
    observe(divergence, {
      s0: [
        [timestampMs, 1],
        [timestampMs, 9],
      ],
      s1: [
        [timestampMs, 1],
        [timestampMs, 9],
      ],
    });
  for (const timestampMs of [1, 2]) differ(timestampMs);
  observe(divergence, series(2, 1024));
  observe(divergence, {
    s0: [
      [2, 1],
      [2, 9],
    ],
  });
  observe(divergence, series(1024, 1025));
  expect(divergence.sampled).toBe(1024);
  expect(labelsOf(divergence)).toEqual(['s0']);
});

it('compares with the replica that leads now', () => {
  const divergence = createDivergence();
  for (const i of [0, 1])
    observe(divergence, {
      a: [
        [i, 1],
        [i, 2],
      ],
    });
  observe(
    divergence,
    {
      a: [
        [2, 1],
        [2, 1],
      ],
    },
    0,
    1,
  );
  expect([labelsOf(divergence, 0), labelsOf(divergence, 1)]).toEqual([[], []]);
});
