import { describe, expect, it } from 'vitest';
import { createRuleFleet, outputsOf, type FleetSeries } from './rule-fleet.ts';
import { ruleConfig } from './rule-config.ts';

const sum = (value: number, atS = 0, job = 'api'): FleetSeries => ['slave:x:sum', { job }, value, atS];

describe('functions', () => {
  it('merge the shards each in its way', () => {
    const of = (name: string): Parameters<typeof ruleConfig>[0] => ({ record: `job:${name}`, continue: true });
    const fleet = createRuleFleet([
      ruleConfig({ ...of('sum'), by: [] }),
      ruleConfig({ ...of('min'), by: [], function: 'min' }),
      ruleConfig({ ...of('max'), by: [], function: 'max' }),
      ruleConfig({ ...of('count'), by: [], function: 'count' }),
      ruleConfig({ ...of('group'), by: [], function: 'group' }),
    ]);
    const result = fleet.at(0, { s0: [sum(5), sum(-2, 0, 'web')], s1: [sum(Number.NaN)], s2: [sum(9)] });
    expect(outputsOf(result)).toEqual({
      'job:count{}': 4,
      'job:group{}': 1,
      'job:max{}': 9,
      'job:min{}': -2,
      'job:sum{}': Number.NaN,
    });
  });

  it('avg is weighted over shards', () => {
    const rule = ruleConfig({ source: '(.+):avg', record: 'job:$1:avg', function: 'avg', weight: '$1:count' });
    const result = createRuleFleet([rule]).at(0, {
      s0: [
        ['x:avg', { job: 'api' }, 10],
        ['x:count', { job: 'api' }, 1],
      ],
      s1: [
        ['x:avg', { job: 'api' }, 40],
        ['x:count', { job: 'api' }, 2],
      ],
      s2: [
        ['x:avg', { job: 'api' }, Number.NaN],
        ['x:count', { job: 'api' }, 0],
      ],
    });
    expect(outputsOf(result)).toEqual({ 'job:x:avg{job,api}': 30 });
  });

  it('avg of a shard without weights counts as missing where it fed before', () => {
    const rule = ruleConfig({ source: 'avg', record: 'job:avg', function: 'avg', weight: 'count' });
    const fleet = createRuleFleet([rule], { shards: ['s0'] });
    fleet.at(0, {
      s0: [
        ['avg', {}, 10],
        ['count', {}, 1],
      ],
    });
    expect(fleet.at(300, { s0: [['avg', {}, 10]] })).toMatchObject({ outputs: [], withheld: 1, unweighted: 1 });
  });

  it('quantile is taken of the summed buckets', () => {
    const rule = ruleConfig({ source: '(.+)_bucket', record: 'job:$1:p50', quantile: 0.5 });
    const bucket = (le: string, value: number): FleetSeries => ['x_bucket', { job: 'api', le }, value];
    const result = createRuleFleet([rule]).at(0, {
      s0: [bucket('1', 10), bucket('2', 10), bucket('+Inf', 10)],
      s1: [bucket('1', 0), bucket('2', 20), bucket('+Inf', 20), ['x_bucket', { job: 'api' }, 5]],
      s2: [bucket('4.0', 10), bucket('+Inf', 10)],
    });
    // 1: 10, 2: 30, 4: 10 → 30, +Inf: 40; rank 20 lies half-way into (1, 2]
    expect(outputsOf(result)).toEqual({ 'job:x:p50{job,api}': 1.5 });
    expect(result.badBuckets).toBe(1);
  });

  it('quantile stands in for the whole histogram of a shard, not for single buckets', () => {
    const rule = ruleConfig({ source: 'b', record: 'q', quantile: 0.5 });
    const fleet = createRuleFleet([rule], { shards: ['s0'] });
    const bucket = (le: string, value: number, atS: number): FleetSeries => ['b', { le }, value, atS];
    fleet.at(100, { s0: [bucket('2', 10, 100), bucket('+Inf', 10, 100)] });
    const behind = [bucket('2', 2, 90), bucket('4', 10, 90), bucket('+Inf', 10, 90)];
    expect(outputsOf(fleet.at(110, { s0: behind }))).toEqual({ 'q{}': 1 });
  });
});
