import { describe, expect, it } from 'vitest';
import { createRuleFleet, outputsOf, type FleetSeries } from './rule-fleet.ts';
import { ruleConfig } from './rule-config.ts';

const sum = (value: number, atS = 0, job = 'api'): FleetSeries => ['slave:x:sum', { job }, value, atS];

describe('ratio_of', () => {
  const rule = ruleConfig({
    source: 'slave:(.+):errors',
    record: 'job:$1:error_ratio',
    ratioOf: ['slave:$1:errors', 'slave:$1:requests'],
  });
  const errors = (value: number): FleetSeries => ['slave:x:errors', { job: 'api' }, value];
  const requests = (value: number, job = 'api'): FleetSeries => ['slave:x:requests', { job }, value];
  const ratio = 'job:x:error_ratio{job,api}';

  it('divides the sums, of shards without a numerator too', () => {
    const result = createRuleFleet([rule]).at(0, {
      s0: [errors(1), requests(10), requests(5, 'web')],
      s1: [requests(30), ['slave:x:errors', { job: 'without requests' }, 1]],
      s2: [errors(3), requests(0)],
    });
    expect(outputsOf(result)).toEqual({ [ratio]: 0.1 });
  });

  it.each([
    [0, 0, Number.NaN],
    [2, 0, Infinity],
    [-2, 0, -Infinity],
    [0, 5, 0],
  ])('%d / %d is %d', (numerator, denominator, expected) => {
    const result = createRuleFleet([rule], { shards: ['s0'] }).at(0, {
      s0: [errors(numerator), requests(denominator)],
    });
    expect(outputsOf(result)).toEqual({ [ratio]: expected });
  });

  it('needs its source to be there, but not on every shard at every time', () => {
    const trigger = ruleConfig({ source: 'ask:(.+)', record: 'job:$1', ratioOf: ['n:$1', 'd:$1'] });
    const terms: FleetSeries[] = [
      ['n:x', {}, 1],
      ['d:x', {}, 4],
    ];
    const fleet = createRuleFleet([trigger], { shards: ['s0', 's1'] });
    expect(outputsOf(fleet.at(0, { s0: terms, s1: terms }))).toEqual({});
    expect(outputsOf(fleet.at(1, { s0: [...terms, ['ask:x', {}, 0]], s1: terms }))).toEqual({ 'job:x{}': 0.25 });
    expect(outputsOf(fleet.at(2, { s0: terms, s1: terms }))).toEqual({ 'job:x{}': 0.25 });
    expect(outputsOf(fleet.at(3602, { s0: terms, s1: terms }))).toEqual({});
  });

  it('is withheld when either term misses a shard that fed it', () => {
    const fleet = createRuleFleet([rule], { shards: ['s0', 's1'] });
    fleet.at(0, { s0: [errors(1), requests(10)], s1: [requests(30)] });
    expect(outputsOf(fleet.at(300, { s0: [errors(1), requests(10)], s1: [requests(30)] }))).toEqual({ [ratio]: 0.025 });
    const result = fleet.at(600, { s0: [errors(1), requests(10)], s1: [] });
    expect(result).toMatchObject({ outputs: [], withheld: 1 });
    expect(result.shardCoverage).toMatchObject([
      { shard: 's0', expected: 1, contributed: 1 },
      { shard: 's1', expected: 1, contributed: 0 },
    ]);
    expect(fleet.at(900, { s0: [requests(10)], s1: [requests(30)] })).toMatchObject({ outputs: [], withheld: 1 });
  });
});

describe('outputs', () => {
  it('are sorted by name, then labels, over all rules', () => {
    const fleet = createRuleFleet(
      [
        ruleConfig({ source: 'z', record: 'a', by: ['job'] }),
        ruleConfig({ source: '(.)', record: '$1$1', by: ['job'] }),
      ],
      { shards: ['s0'] },
    );
    const result = fleet.at(0, {
      s0: [
        ['b', { job: '2' }, 1],
        ['z', { job: 'x"' }, 1],
        ['b', { job: '10' }, 1],
        ['z', { job: 'x!' }, 1],
        ['B', {}, 1],
        ['b', {}, 1],
      ],
    });
    expect(Object.keys(outputsOf(result))).toEqual([
      'BB{}',
      'a{job,x!}',
      'a{job,x"}',
      'bb{}',
      'bb{job,10}',
      'bb{job,2}',
    ]);
  });

  it('of two rules with one label set: the first wins, also when it is withheld', () => {
    const fleet = createRuleFleet(
      [
        ruleConfig({ source: 'slave:x:(max|gone)', record: 'job:x', function: 'max' }),
        ruleConfig({ source: 'slave:x:sum', record: 'job:x', onMissingShard: 'partial' }),
      ],
      { shards: ['s0', 's1'] },
    );
    const max: FleetSeries = ['slave:x:max', { job: 'api' }, 100];
    const first = fleet.at(0, { s0: [sum(1), sum(2, 0, 'web'), max], s1: [sum(1), max] });
    expect(outputsOf(first)).toEqual({ 'job:x{job,api}': 100, 'job:x{job,web}': 2 });
    expect(first.conflicts).toBe(1);
    expect(first.outputs.map(({ rule }) => rule)).toEqual([0, 1]);
    const second = fleet.at(300, { s0: [sum(1), sum(2, 300, 'web'), max], s1: [sum(1)] });
    expect(outputsOf(second)).toEqual({ 'job:x{job,web}': 2 });
    expect(second).toMatchObject({ conflicts: 1, withheld: 1 });
  });

  it('take precedence by the number of their rule, not by its text', () => {
    const rules = Array.from({ length: 11 }, (_, i) =>
      ruleConfig({ source: `s${i}`, record: i === 2 || i === 10 ? 'x' : `x${i}` }),
    );
    const result = createRuleFleet(rules, { shards: ['s0'] }).at(0, {
      s0: [
        ['s10', {}, 10],
        ['s2', {}, 2],
      ],
    });
    expect(outputsOf(result)).toEqual({ 'x{}': 2 });
    expect(result.conflicts).toBe(1);
  });
});
