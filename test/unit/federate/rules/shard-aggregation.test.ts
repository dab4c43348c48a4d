import { describe, expect, it } from 'vitest';
import type { AggregationRuleConfig } from '../../../../src/config/config.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { decodeLabelKeys, parseLabelKey } from '../../../../src/federate/rules/label-key.ts';
import type { PartialAggregates } from '../../../../src/federate/rules/partial-aggregates.ts';
import {
  createShardAggregation,
  type ShardAggregation,
  type ShardAggregationLimits,
} from '../../../../src/federate/rules/shard-aggregation.ts';
import { labels, ruleConfig } from './rule-config.ts';

type Series = [name: string, labels: Record<string, string>, value: number, timestampMs?: number];

const noLimits: ShardAggregationLimits = { maxGroupsPerRule: 0, maxWeightedSeries: 0 };

function aggregation(configs: readonly AggregationRuleConfig[], limits = noLimits): ShardAggregation {
  return createShardAggregation(compileRules(configs), limits);
}

function feed(shard: ShardAggregation, series: readonly Series[]): PartialAggregates {
  for (const [name, pairs, value, timestampMs] of series) {
    shard.family(name)?.(labels(pairs), value, timestampMs ?? 1000);
  }
  return structuredClone(shard.result());
}

/** `stream name {labels}` → [state, newest timestamp] */
function readable({ streams }: PartialAggregates): Record<string, [number[], number]> {
  return Object.fromEntries(
    streams.flatMap(({ rule, kind, role, name, keys, states, offsets, timestampsMs }) =>
      [...decodeLabelKeys(keys.bytes)].map((key, i) => [
        `${rule} ${kind} ${role} ${name} ${parseLabelKey(key).join(',')}`,
        [[...states.subarray(offsets[i], offsets[i + 1])], timestampsMs[i]!],
      ]),
    ),
  );
}

describe('family', () => {
  it('is undefined for what no rule reads, or only refuses or triggers', () => {
    const shard = aggregation([
      ruleConfig({ function: 'auto' }),
      ruleConfig({ source: 'trigger', record: 'x', ratioOf: ['a', 'b'] }),
    ]);
    expect(shard.family('up')).toBeUndefined();
    expect(shard.family('slave:x:avg')).toBeUndefined();
    expect(shard.family('trigger')).toBeUndefined();
    expect(shard.family('slave:x:sum')).toBeTypeOf('function');
  });

  it('goes on with the same groups when a family comes twice', () => {
    const partial = feed(aggregation([ruleConfig()]), [
      ['slave:a', { job: 'x', slave: '0' }, 1],
      ['slave:b', { job: 'x', slave: '0' }, 5],
      ['slave:a', { job: 'x', slave: '1' }, 2],
    ]);
    expect(readable(partial)).toEqual({
      '0 sum record job:a job,x': [[3, 0], 1000],
      '0 sum record job:b job,x': [[5, 0], 1000],
    });
  });
});

describe('result', () => {
  it('has one group per record name and group labels', () => {
    const partial = feed(aggregation([ruleConfig({ by: ['job'], function: 'max' })]), [
      ['slave:a', { job: 'x', path: '/', slave: '0' }, 1],
      ['slave:a', { job: 'x', path: '/b', slave: '0' }, 4],
      ['slave:a', { job: 'y', slave: '0' }, -3],
      ['slave:a', { slave: '0' }, 7],
    ]);
    expect(readable(partial)).toEqual({
      '0 max record job:a job,x': [[4], 1000],
      '0 max record job:a job,y': [[-3], 1000],
      '0 max record job:a ': [[7], 1000],
    });
  });

  it('adds up sources whose templates give one record name', () => {
    const partial = feed(aggregation([ruleConfig({ source: 'slave:x:.+', record: 'job:x' })]), [
      ['slave:x:a', { slave: '0' }, 1],
      ['slave:x:b', { slave: '0' }, 2],
    ]);
    expect(readable(partial)).toEqual({ '0 sum record job:x ': [[3, 0], 1000] });
  });

  it('feeds every rule that takes the name', () => {
    const partial = feed(
      aggregation([ruleConfig({ continue: true }), ruleConfig({ record: 'job:$1:n', by: [], function: 'count' })]),
      [
        ['slave:a', { job: 'x', slave: '0' }, 10],
        ['slave:a', { job: 'y', slave: '0' }, 20],
      ],
    );
    expect(readable(partial)).toEqual({
      '0 sum record job:a job,x': [[10, 0], 1000],
      '0 sum record job:a job,y': [[20, 0], 1000],
      '1 count record job:a:n ': [[2], 1000],
    });
  });

  it('keeps the newest timestamp of a group; a sample without one is newer than all', () => {
    const partial = feed(aggregation([ruleConfig({ by: ['job'] })]), [
      ['slave:a', { job: 'x', slave: '0' }, 1, 2000],
      ['slave:a', { job: 'x', slave: '1' }, 1, 5000],
      ['slave:a', { job: 'x', slave: '2' }, 1, 3000],
      ['slave:a', { job: 'y', slave: '0' }, 1, 5000],
      ['slave:a', { job: 'y', slave: '1' }, 1, Number.NaN],
    ]);
    expect(Object.values(readable(partial)).map(([, timestampMs]) => timestampMs)).toEqual([5000, Infinity]);
  });

  it('keeps many groups apart', () => {
    const series = Array.from({ length: 1000 }, (_, i): Series => ['slave:a', { id: String(i % 500), slave: '0' }, i]);
    const groups = readable(feed(aggregation([ruleConfig()]), series));
    expect(Object.keys(groups)).toHaveLength(500);
    expect(groups['0 sum record job:a id,17']).toEqual([[17 + 517, 0], 1000]);
    expect(groups['0 sum record job:a id,499']).toEqual([[499 + 999, 0], 1000]);
  });

  it('sums buckets per bound, le not being a group label', () => {
    const rule = ruleConfig({ source: 'slave:(.+)_bucket', record: 'job:$1:p90', quantile: 0.9, by: ['job', 'le'] });
    const partial = feed(aggregation([rule]), [
      ['slave:x_bucket', { job: 'a', le: '+Inf', slave: '0' }, 10],
      ['slave:x_bucket', { job: 'a', le: '1', slave: '0' }, 4],
      ['slave:x_bucket', { job: 'a', le: '1.0', path: '/', slave: '0' }, 3, 2000],
      ['slave:x_bucket', { job: 'b', le: '1', slave: '0' }, 8],
      ['slave:x_bucket', { job: 'b', le: 'broken', slave: '0' }, 8],
      ['slave:x_bucket', { job: 'b', slave: '0' }, 8],
    ]);
    expect(readable(partial)).toEqual({
      '0 buckets record job:x:p90 job,a': [[Infinity, 10, 0, 1, 7, 0], 2000],
      '0 buckets record job:x:p90 job,b': [[1, 8, 0], 1000],
    });
    expect(partial.badBuckets).toBe(2);
  });

  it('sums both sides of a ratio under their own names and says which ratio is asked for', () => {
    const rule = ruleConfig({
      source: 'slave:(.+):errors',
      record: 'job:$1:error_ratio',
      ratioOf: ['slave:$1:errors', 'slave:$1:requests'],
    });
    const partial = feed(aggregation([rule]), [
      ['slave:x:errors', { job: 'a', slave: '0' }, 2],
      ['slave:x:requests', { job: 'a', slave: '0' }, 10],
      ['slave:y:requests', { job: 'a', slave: '0' }, 7],
    ]);
    expect(readable(partial)).toEqual({
      '0 sum term slave:x:errors job,a': [[2, 0], 1000],
      '0 sum term slave:x:requests job,a': [[10, 0], 1000],
      '0 sum term slave:y:requests job,a': [[7, 0], 1000],
    });
    expect(partial.ratios).toEqual([
      { rule: 0, record: 'job:x:error_ratio', numerator: 'slave:x:errors', denominator: 'slave:x:requests' },
    ]);
  });

  it('has one object for the keys of streams with the same groups, across threads too', () => {
    const series = (name: string, ...jobs: string[]): Series[] => jobs.map((job) => [name, { job, slave: '0' }, 1]);
    const { streams } = feed(aggregation([ruleConfig()]), [
      ...series('slave:a', 'x', 'y'),
      ...series('slave:b', 'x', 'y'),
      ...series('slave:c', 'x', 'z'),
    ]);
    expect(streams[1]!.keys).toBe(streams[0]!.keys);
    expect(streams[2]!.keys).not.toBe(streams[0]!.keys);
  });

  it('names what is refused once', () => {
    const shard = aggregation([ruleConfig({ function: 'auto' })]);
    shard.family('slave:x:avg');
    shard.family('slave:x:avg');
    shard.family('slave:x:p95');
    expect(shard.result().refusals.map(({ rule, name }) => [rule, name])).toEqual([
      [0, 'slave:x:avg'],
      [0, 'slave:x:p95'],
    ]);
  });
});

describe('weighted averages', () => {
  const rule = ruleConfig({
    source: 'slave:(.+):(avg|mean)',
    record: 'job:$1:$2',
    function: 'avg',
    weight: 'slave:$1:count',
  });
  const api = { job: 'api', slave: '0' };
  const web = { job: 'web', slave: '0' };

  it.each([
    ['first', ['slave:x:avg', 'slave:x:count']],
    ['last', ['slave:x:count', 'slave:x:avg']],
  ])('match the weight of equal labels, the source coming %s', (_, order) => {
    const values: Record<string, [number, number]> = { 'slave:x:avg': [0.5, 2], 'slave:x:count': [100, 10] };
    const partial = feed(
      aggregation([rule]),
      order.flatMap((name): Series[] => [
        [name, api, values[name]![0], name === 'slave:x:avg' ? 1000 : 3000],
        [name, web, values[name]![1]],
      ]),
    );
    expect(readable(partial)).toEqual({
      '0 avg record job:x:avg job,api': [[50, 0, 100, 0], 3000],
      '0 avg record job:x:avg job,web': [[20, 0, 10, 0], 1000],
    });
    expect(partial.unweighted).toBe(0);
  });

  it('use one weight for several sources', () => {
    const partial = feed(aggregation([rule]), [
      ['slave:x:avg', api, 2],
      ['slave:x:count', api, 3],
      ['slave:x:mean', api, 5],
    ]);
    expect(readable(partial)).toEqual({
      '0 avg record job:x:avg job,api': [[6, 0, 3, 0], 1000],
      '0 avg record job:x:mean job,api': [[15, 0, 3, 0], 1000],
    });
  });

  it('leave out and count sources without a weight', () => {
    const partial = feed(aggregation([rule]), [
      ['slave:x:avg', api, 2],
      ['slave:x:avg', web, 2],
      ['slave:x:count', { ...api, extra: 'label' }, 3],
      ['slave:y:count', api, 3],
    ]);
    expect(partial.streams).toEqual([]);
    expect(partial.unweighted).toBe(2);
  });
});

describe('limits', () => {
  it('of groups is an error that names rule and limit', () => {
    const shard = aggregation([ruleConfig({ by: ['id'] }), ruleConfig({ source: 'other', record: 'x' })], {
      maxGroupsPerRule: 3,
    });
    const add = shard.family('slave:a')!;
    const other = shard.family('slave:b')!;
    for (const id of ['1', '2', '2', '1']) add(labels({ id }), 1, 0);
    shard.family('other')!(labels({}), 1, 0);
    other(labels({ id: '1' }), 1, 0);
    expect(() => other(labels({ id: '2' }), 1, 0)).toThrow(
      expect.objectContaining({
        code: 'PG_LIMIT_GROUPS',
        message:
          'aggregation rule 0 (source "slave:(.+)") makes more groups of one shard than max_groups_per_rule 3; group by fewer labels or raise the limit',
      }),
    );
  });

  it('of buckets', () => {
    const shard = aggregation([ruleConfig({ source: 'b', record: 'q', quantile: 0.5, by: [] })]);
    const add = shard.family('b')!;
    expect(() => {
      for (let le = 0; le < 2000; le++) add(labels({ le: String(le) }), 1, 0);
    }).toThrow(expect.objectContaining({ code: 'PG_LIMIT_GROUPS', message: expect.stringContaining('1000 buckets') }));
  });

  it('of series that wait for weights, or weights that wait for series', () => {
    const rule = ruleConfig({ source: 'avg', record: 'x', function: 'avg', weight: 'count' });
    for (const name of ['avg', 'count']) {
      const add = aggregation([rule], { maxGroupsPerRule: 0, maxWeightedSeries: 2 }).family(name)!;
      add(labels({ id: '1' }), 1, 0);
      add(labels({ id: '2' }), 1, 0);
      expect(() => add(labels({ id: '3' }), 1, 0)).toThrow(expect.objectContaining({ code: 'PG_LIMIT_GROUPS' }));
    }
  });
});
