import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AggregationRuleConfig } from '../../../src/config/config.ts';
import { ruleConfig } from '../../unit/federate/rules/rule-config.ts';
import { createRuleFleet, outputsOf, type FleetSeries } from '../../unit/federate/rules/rule-fleet.ts';

const shards = ['s0', 's1', 's2', 's3'];

/** A series, and the shard that holds it. */
interface Placed {
  readonly shard: number;
  readonly job: string;
  readonly path: string;
  readonly value: number;
}

const job = fc.constantFrom('api', 'web', 'db', '');
const path = fc.constantFrom('/', '/a', '/b"', '/b!', '');
// A grid on which every sum of test size is exact, so that the reference needs no floating point of its own.
const grid = 2 ** 20;
const onGrid = fc.integer({ min: -(2 ** 50), max: 2 ** 50 }).map((units) => units / grid);
const special = fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0);

const placed = (value: fc.Arbitrary<number>): fc.Arbitrary<Placed[]> =>
  fc.array(fc.record({ shard: fc.nat(shards.length - 1), job, path, value }), { maxLength: 40 });

function results(
  rule: AggregationRuleConfig,
  series: readonly Placed[],
  order: readonly string[],
): Record<string, number> {
  const answers = order.map((name): [string, FleetSeries[]] => [
    name,
    series
      .filter(({ shard }) => shards[shard] === name)
      .map((one) => ['slave:x', { job: one.job, path: one.path, slave: name }, one.value]),
  ]);
  return outputsOf(createRuleFleet([rule], { shards }).at(0, Object.fromEntries(answers)));
}

/** What one server with all the series would give: values per group, folded by `fold`. */
function central(series: readonly Placed[], fold: (values: number[]) => number): Record<string, number> {
  const groups = Map.groupBy(series, (one) => (one.job === '' ? 'job:x{}' : `job:x{job,${one.job}}`));
  return Object.fromEntries([...groups].map(([group, members]) => [group, fold(members.map(({ value }) => value))]));
}

function exactSum(values: readonly number[]): number {
  return Number(values.reduce((sum, value) => sum + BigInt(value * grid), 0n)) / grid;
}

function expectClose(actual: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [group, value] of Object.entries(expected)) {
    const error = Math.abs(actual[group]! - value);
    expect(error, `${group}: ${actual[group]} for ${value}`).toBeLessThanOrEqual(1e-12 * Math.abs(value));
  }
}

const shuffledShards = fc.shuffledSubarray(shards, { minLength: shards.length });
const by = (operation: AggregationRuleConfig['function']): AggregationRuleConfig =>
  ruleConfig({ by: ['job'], function: operation });

const withoutNaN = (values: number[]): number[] => values.filter((value) => !Number.isNaN(value));

describe('aggregating shards and combining them equals aggregating all series in one place', () => {
  it('sum', () => {
    fc.assert(
      fc.property(placed(onGrid), shuffledShards, (series, order) => {
        expectClose(results(by('sum'), series, order), central(series, exactSum));
      }),
    );
  });

  it('sum of NaN and infinities', () => {
    fc.assert(
      fc.property(placed(fc.oneof(special, onGrid)), shuffledShards, (series, order) => {
        const isFinite = (value: number): boolean => Number.isFinite(value);
        const plain = (values: number[]): number =>
          values.every(isFinite)
            ? exactSum(values)
            : values.filter((value) => !isFinite(value)).reduce((a, b) => a + b);
        const actual = results(by('sum'), series, order);
        for (const [group, value] of Object.entries(central(series, plain))) {
          if (isFinite(value)) expect(isFinite(actual[group]!)).toBe(true);
          else expect(actual[group]).toBe(value);
        }
      }),
    );
  });

  it.each([
    ['min', (values: number[]) => (withoutNaN(values).length === 0 ? Number.NaN : Math.min(...withoutNaN(values)))],
    ['max', (values: number[]) => (withoutNaN(values).length === 0 ? Number.NaN : Math.max(...withoutNaN(values)))],
    ['count', (values: number[]) => values.length],
    ['group', () => 1],
  ] as const)('%s', (operation, fold) => {
    fc.assert(
      fc.property(placed(fc.oneof(fc.double(), special)), shuffledShards, (series, order) => {
        const actual = results(by(operation), series, order);
        const expected = central(series, fold);
        // -0 and 0 are one value: they are written alike
        const zeroed = (values: Record<string, number>): Record<string, number> =>
          Object.fromEntries(Object.entries(values).map(([group, value]) => [group, value === 0 ? 0 : value]));
        expect(zeroed(actual)).toEqual(zeroed(expected));
      }),
    );
  });

  it('a group may be everything but the shard label', () => {
    fc.assert(
      fc.property(placed(onGrid), shuffledShards, (series, order) => {
        const groups = Map.groupBy(series, (one) => {
          const pairs = Object.entries({ job: one.job, path: one.path }).filter(([, value]) => value !== '');
          return `job:x{${pairs.flat().join(',')}}`;
        });
        const expected = [...groups].map(([group, members]): [string, number] => [
          group,
          exactSum(members.map(({ value }) => value)),
        ]);
        expectClose(results(ruleConfig(), series, order), Object.fromEntries(expected));
      }),
    );
  });
});
