import { expect, it } from 'vitest';
import { runJoin } from '../../../property/join/run-join.ts';
import { body, line, m, options, replica, type } from './shard-fixture.ts';

const many = (count: number, of: string) =>
  body(of, type('m', 'gauge'), ...Array.from({ length: count }, (_, i) => m(String(100_000 + i), `${i} ${1000 + i}`)));

it('shows what the replicas have of a series, side by side', () => {
  const { summary } = runJoin(options(), [
    body('a', type('m', 'gauge'), m('1', '5 1000'), m('2', '7 1000'), line('z', '', '1.5')),
    body('b', type('m', 'gauge'), m('1', '6 1001'), m('3', '7 1000'), line('z', '', 'NaN 12')),
  ]);
  expect(summary.sampled).toEqual({
    labels: ['m{a="1",instance="",slave="0"}', 'z{instance="",slave="0"}'],
    timestampsMs: Float64Array.of(1000, 1001, Number.NaN, 12),
    values: Float64Array.of(5, 6, 1.5, Number.NaN),
  });
});

it('leaves a place for a replica that lacks the series', () => {
  const { summary } = runJoin(options({ replicas: [replica('a'), replica('b'), replica('c')] }), [
    body('a', m('1', '5 1000')),
    '',
    body('c', m('1', '5 1002')),
  ]);
  expect(summary.sampled.timestampsMs).toEqual(Float64Array.of(1000, -Infinity, 1002));
});

it('holds back those that are kept apart, and those that one replica has', () => {
  const bodies = [body('a', m('1', '5 1000')), body('b', m('1', '6 1000'))];
  expect(runJoin(options({ keepReplicas: 'all' }), bodies).summary.sampled.labels).toEqual([]);
  expect(runJoin(options(), [bodies[0]!, '']).summary.sampled.labels).toEqual([]);
});

it('takes at most 128 series, the same ones from a request that has more', () => {
  const sampleOf = (count: number): readonly string[] =>
    runJoin(options(), [many(count, 'a'), many(count, 'b')]).summary.sampled.labels;
  const [all, some] = [sampleOf(100), sampleOf(5000)];
  expect(all).toHaveLength(100);
  expect(some.length).toBeGreaterThan(45);
  expect(some.length).toBeLessThanOrEqual(128);
  expect(new Set(some).size).toBe(some.length);
  const more = new Set(sampleOf(10_000));
  expect(some.filter((labels) => more.has(labels)).length).toBeGreaterThan(15);
});

it('takes none to drop it again where it begins as thin as it ended', () => {
  const join = (sampleMask: number) =>
    runJoin(options({ sampleMask }), [many(1000, 'a'), many(1000, 'b')]).summary.sampled.labels;
  expect(join(0b111)).toEqual(join(0).filter((labels) => join(0b111).includes(labels)));
  expect(join(0b1111111111).length).toBeLessThan(20);
});
