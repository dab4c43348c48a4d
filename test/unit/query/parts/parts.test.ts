import { describe, expect, it } from 'vitest';
import { BlockBuilder } from '../../../../src/promql/engine/block-builder.ts';
import { PRESENT, type SeriesBlock } from '../../../../src/promql/engine/series-block.ts';
import type { PushedPart } from '../../../../src/promql/plan/query-plan.ts';
import { replicasAgree } from '../../../../src/query/parts/agree.ts';
import { NotPushable } from '../../../../src/query/parts/ask-shard.ts';
import { combinePart } from '../../../../src/query/parts/combine-part.ts';

function block(rows: Readonly<Record<string, readonly (number | undefined)[]>>, label = 'job'): SeriesBlock {
  const builder = new BlockBuilder(Object.values(rows)[0]?.length ?? 1);
  for (const [value, samples] of Object.entries(rows)) {
    const row = builder.addRow([label, value]);
    for (const [step, sample] of samples.entries()) if (sample !== undefined) builder.set(row, step, sample);
  }
  return builder.toBlock();
}

function read({ labels, values, present, steps }: SeriesBlock): Record<string, (number | undefined)[]> {
  return Object.fromEntries(
    labels.map(([, name], row) => [
      name!,
      Array.from({ length: steps }, (_, step) =>
        present[row * steps + step] === PRESENT ? values[row * steps + step] : undefined,
      ),
    ]),
  );
}

const part = (combination: PushedPart['combination']): PushedPart => ({
  fallback: { kind: 'number', value: 0, isDuration: false, span: { start: 0, end: 0 } },
  combination,
  attachedLabels: [],
  shards: [],
});
const combine = (
  how: PushedPart,
  ...shards: readonly (readonly SeriesBlock[])[]
): Record<string, (number | undefined)[]> =>
  read(
    combinePart(
      how,
      shards.map((blocks) => ({ blocks, attach: (labels) => labels })),
      2,
    ),
  );

describe('answers of shards', () => {
  const a = block({ x: [1, NaN], y: [5, undefined] });
  const b = block({ x: [2, 3], z: [undefined, 7] });

  it.each([
    ['sum', { x: [3, NaN], y: [5, undefined], z: [undefined, 7] }],
    ['min', { x: [1, 3], y: [5, undefined], z: [undefined, 7] }],
    ['max', { x: [2, 3], y: [5, undefined], z: [undefined, 7] }],
    ['group', { x: [1, 1], y: [1, undefined], z: [undefined, 1] }],
  ] as const)('are combined by %s', (combination, expected) => {
    expect(combine(part(combination), [a], [b])).toEqual(expected);
  });

  it('make an average of sums and counts', () => {
    const sums = [block({ x: [1, 2] }), block({ x: [5, 4] })] as const;
    const counts = [block({ x: [1, 1] }), block({ x: [2, 1] })] as const;
    expect(combine(part('avg'), [sums[0], counts[0]], [sums[1], counts[1]])).toEqual({ x: [2, 3] });
  });

  it('make a variance of counts, means and variances', () => {
    // 1, 2, 3 on one shard, 7 on the other.
    const one = [block({ x: [3, 3] }), block({ x: [2, 2] }), block({ x: [2 / 3, 2 / 3] })];
    const other = [block({ x: [1, undefined] }), block({ x: [7, undefined] }), block({ x: [0, undefined] })];
    const { x } = combine(part('stdvar'), one, other);
    expect(x![0]).toBeCloseTo(5.1875, 12);
    expect(x![1]).toBe(2 / 3);
    expect(combine(part('stddev'), one, other)['x']![0]).toBeCloseTo(Math.sqrt(5.1875), 12);
  });

  it('whose variance is lost in the rounding of means are not used', () => {
    const shard = (mean: number): SeriesBlock[] => [block({ x: [2] }), block({ x: [mean] }), block({ x: [1e-3] })];
    expect(() => combine(part('stdvar'), shard(1e6), shard(1e6))).toThrow(NotPushable);
  });

  it('with the same series at the same step are an error, at other steps one series', () => {
    expect(() => combine(part('concat'), [a], [b])).toThrow('vector cannot contain metrics with the same labelset');
    expect(combine(part('concat'), [block({ x: [1, undefined] })], [block({ x: [undefined, 2] })])).toEqual({
      x: [1, 2],
    });
  });

  it('that cancel each other out are not used', () => {
    expect(() => combine(part('sum'), [block({ x: [1e20, 1] })], [block({ x: [-1e20, 1] })])).toThrow(NotPushable);
  });
});

describe('replicas', () => {
  const audit = (series: number, samples: number, time: number, digest = time): SeriesBlock =>
    block({ series: [series], samples: [samples], newest_time: [time], digest: [digest] }, 'promgate_audit');

  it.each([
    ['agree when all is equal', audit(3, 60, 100), audit(3, 60, 100), true],
    ['of copies differ by one sample', audit(3, 60, 100), audit(3, 59, 100), false],
    ['of copies differ by what the samples are', audit(3, 60, 100, 7), audit(3, 60, 100, 8), false],
    ['of copies agree but for the order of additions', audit(3, 60, 100, 0.3), audit(3, 60, 100, 0.1 + 0.2), true],
    ['of copies differ by age alone', audit(3, 60, 100), audit(3, 60, 85), false],
    ['that scrape for themselves agree within a sample a series', audit(3, 60, 100), audit(3, 58, 97.123), true],
    ['that scrape for themselves differ by more', audit(3, 60, 100), audit(3, 56, 97.123), false],
    ['differ by a series', audit(3, 60, 100), audit(2, 60, 97.123), false],
    ['a scrape apart are copies', audit(3, 60, 100), audit(3, 59, 84.997), false],
  ])('%s', (_what, a, b, expected) => {
    const windows = { windowMs: 300_000, readsWindows: true };
    expect(replicasAgree(a, b, windows)).toBe(expected);
    expect(replicasAgree(b, a, windows)).toBe(expected);
  });

  // Twenty samples a series in five minutes: an interval of fifteen seconds.
  it.each([
    ['agree when all is equal', audit(3, 60, 100), audit(3, 60, 100), true],
    ['agree while the newest of one is less than a scrape older', audit(3, 60, 100), audit(3, 60, 87.123), true],
    ['differ when it is older', audit(3, 60, 100), audit(3, 60, 77.123), false],
    ['agree though one lacks older samples', audit(3, 60, 100), audit(3, 12, 92.5), true],
    ['of copies agree though one lacks older samples', audit(3, 60, 100), audit(3, 12, 100), true],
  ])('whose newest samples alone matter %s', (_what, a, b, expected) => {
    const windows = { windowMs: 300_000, readsWindows: false };
    expect(replicasAgree(a, b, windows)).toBe(expected);
    expect(replicasAgree(b, a, windows)).toBe(expected);
  });
});
