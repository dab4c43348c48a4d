import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import type { PartialAggregates } from '../../../../src/federate/rules/partial-aggregates.ts';
import { createRuleMemory, type Combination, type RuleMemory } from '../../../../src/federate/rules/rule-memory.ts';
import { createShardAggregation } from '../../../../src/federate/rules/shard-aggregation.ts';
import { createRuleFleet, outputsOf, type FleetSeries } from './rule-fleet.ts';
import { ruleConfig } from './rule-config.ts';
import { toTheEnd } from './to-the-end.ts';

const sum = (value: number, atS?: number, job = 'api'): FleetSeries =>
  atS === undefined ? ['slave:x:sum', { job }, value] : ['slave:x:sum', { job }, value, atS];
const api = 'job:x:sum{job,api}';
const web = 'job:x:sum{job,web}';

describe('complete shards', () => {
  it('are summed per group', () => {
    const result = createRuleFleet([ruleConfig()]).at(0, {
      s0: [sum(1), sum(10, undefined, 'web')],
      s1: [sum(2)],
      s2: [sum(4)],
    });
    expect(outputsOf(result)).toEqual({ [api]: 7, [web]: 10 });
    expect(result).toMatchObject({ withheld: 0, held: 0, partial: 0, conflicts: 0 });
    expect(result.coverage).toEqual([
      { rule: 0, record: 'job:x:sum', ratio: 1, groups: 2, withheld: 0, held: 0, partial: 0 },
    ]);
    expect(result.shardCoverage).toEqual([
      { rule: 0, shard: 's0', expected: 2, contributed: 2 },
      { rule: 0, shard: 's1', expected: 1, contributed: 1 },
      { rule: 0, shard: 's2', expected: 1, contributed: 1 },
    ]);
  });

  it('may hold nothing of any rule', () => {
    const result = createRuleFleet([ruleConfig()]).at(0, { s0: [], s1: [], s2: [] });
    expect(result).toMatchObject({ outputs: [], coverage: [], shardCoverage: [], withheld: 0 });
  });
});

describe('a change of leader', () => {
  it('to a replica that is behind keeps the newer contribution', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    expect(outputsOf(fleet.at(100, { s0: [sum(10, 95)], s1: [sum(5, 97)] }))).toEqual({ [api]: 15 });
    expect(outputsOf(fleet.at(110, { s0: [sum(8, 90)], s1: [sum(6, 107)] }))).toEqual({ [api]: 16 });
    expect(outputsOf(fleet.at(120, { s0: [sum(11, 105)], s1: [sum(6, 107)] }))).toEqual({ [api]: 17 });
  });

  it('lets an equally old contribution in', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0'] });
    fleet.at(100, { s0: [sum(10, 95)] });
    expect(outputsOf(fleet.at(110, { s0: [sum(8, 95)] }))).toEqual({ [api]: 8 });
  });

  it('lets an older contribution in once the kept one is lookback_delta old', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0'] });
    fleet.at(100, { s0: [sum(10, 100)] });
    expect(outputsOf(fleet.at(399, { s0: [sum(8, 99)] }))).toEqual({ [api]: 10 });
    expect(outputsOf(fleet.at(400, { s0: [sum(8, 99)] }))).toEqual({ [api]: 8 });
  });

  it('away from a replica whose clock runs ahead lets in what was sampled since that one was heard of', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0'] });
    fleet.at(100, { s0: [sum(10, 90_000)] });
    expect(outputsOf(fleet.at(110, { s0: [sum(8, 99)] }))).toEqual({ [api]: 10 });
    expect(outputsOf(fleet.at(110, { s0: [sum(11, 101)] }))).toEqual({ [api]: 11 });
  });

  it('that loses a group for a while does not lower it', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(100, { s0: [sum(10)], s1: [sum(5)] });
    const without = fleet.at(200, { s0: [], s1: [sum(6)] });
    expect(outputsOf(without)).toEqual({ [api]: 16 });
    expect(without.coverage[0]).toMatchObject({ ratio: 1, withheld: 0 });
  });
});

describe('a dead shard', () => {
  it('is stood in for until lookback_delta, then withholds what it fed, until the window ends', () => {
    const fleet = createRuleFleet([ruleConfig({ aggregationWindowMs: 1_000_000 })], { shards: ['s0', 's1'] });
    const alive = [sum(1), sum(7, undefined, 'web')];
    fleet.at(100, { s0: alive, s1: [sum(2)] });
    expect(outputsOf(fleet.at(399, { s0: alive, s1: 'failed' }))).toEqual({ [api]: 3, [web]: 7 });
    const dead = fleet.at(400, { s0: alive, s1: 'failed' });
    expect(outputsOf(dead)).toEqual({ [web]: 7 });
    expect(dead).toMatchObject({ withheld: 1, held: 0, partial: 0 });
    expect(dead.coverage).toEqual([
      { rule: 0, record: 'job:x:sum', ratio: 0.5, groups: 2, withheld: 1, held: 0, partial: 0 },
    ]);
    expect(dead.shardCoverage).toEqual([
      { rule: 0, shard: 's0', expected: 2, contributed: 2 },
      { rule: 0, shard: 's1', expected: 1, contributed: 0 },
    ]);
    expect(outputsOf(fleet.at(1100, { s0: alive, s1: 'failed' }))).toEqual({ [web]: 7 });
    expect(outputsOf(fleet.at(1101, { s0: alive, s1: 'failed' }))).toEqual({ [api]: 1, [web]: 7 });
  });

  it('counts the same when it is left out of the answers', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(100, { s0: [sum(1)], s1: [sum(2)] });
    expect(outputsOf(fleet.at(500, { s0: [sum(1)] }))).toEqual({});
  });

  it('counts the same when it answers without the group', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(100, { s0: [sum(1)], s1: [sum(2)] });
    expect(fleet.at(500, { s0: [sum(1)], s1: [] })).toMatchObject({ outputs: [], withheld: 1 });
  });

  it('comes back', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(100, { s0: [sum(1)], s1: [sum(2)] });
    fleet.at(500, { s0: [sum(1)], s1: 'failed' });
    expect(outputsOf(fleet.at(510, { s0: [sum(1)], s1: [sum(2)] }))).toEqual({ [api]: 3 });
  });

  it('that never fed a group does not touch it', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(100, { s0: [sum(1)], s1: [sum(9, undefined, 'web')] });
    const result = fleet.at(1000, { s0: [sum(1)], s1: 'failed' });
    expect(outputsOf(result)).toEqual({ [api]: 1 });
    expect(result.coverage[0]).toMatchObject({ ratio: 0, groups: 2, withheld: 1 });
  });

  it('leaves its groups to a shard that takes them over only when the window is over', () => {
    const fleet = createRuleFleet([ruleConfig({ aggregationWindowMs: 600_000 })], { shards: ['s0', 's1'] });
    fleet.at(0, { s0: [sum(1)], s1: [] });
    expect(outputsOf(fleet.at(600, { s0: [], s1: [sum(1)] }))).toEqual({});
    expect(outputsOf(fleet.at(601, { s0: [], s1: [sum(1)] }))).toEqual({ [api]: 1 });
  });
});

describe('after a start', () => {
  it('a shard that has not answered is expected everywhere', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    const first = fleet.at(0, { s0: [sum(1)], s1: 'failed' });
    expect(outputsOf(first)).toEqual({});
    expect(first.coverage[0]).toMatchObject({ ratio: 0.5, withheld: 1 });
    expect(first.shardCoverage).toEqual([
      { rule: 0, shard: 's0', expected: 1, contributed: 1 },
      { rule: 0, shard: 's1', expected: 1, contributed: 0 },
    ]);
    expect(outputsOf(fleet.at(7200, { s0: [sum(1)], s1: 'failed' }))).toEqual({});
    expect(outputsOf(fleet.at(7210, { s0: [sum(1)], s1: [] }))).toEqual({ [api]: 1 });
    expect(outputsOf(fleet.at(7220, { s0: [sum(1)], s1: 'failed' }))).toEqual({ [api]: 1 });
  });

  it('a new shard is waited for once', () => {
    const shards = ['s0', 's1', 'new'];
    const fleet = createRuleFleet([ruleConfig()], { shards });
    expect(outputsOf(fleet.at(0, { s0: [sum(1)], s1: [sum(2)], new: 'failed' }))).toEqual({});
    expect(outputsOf(fleet.at(10, { s0: [sum(1)], s1: [sum(2)], new: [] }))).toEqual({ [api]: 3 });
    expect(outputsOf(fleet.at(20, { s0: [sum(1)], s1: [sum(2)], new: [sum(4)] }))).toEqual({ [api]: 7 });
    expect(outputsOf(fleet.at(400, { s0: [sum(1)], s1: [sum(2)], new: 'failed' }))).toEqual({});
  });
});

describe('on_missing_shard', () => {
  it('partial gives what there is, and says so', () => {
    const fleet = createRuleFleet([ruleConfig({ onMissingShard: 'partial' })], { shards: ['s0', 's1'] });
    fleet.at(0, { s0: [sum(1)], s1: [sum(2)] });
    const result = fleet.at(300, { s0: [sum(5)], s1: 'failed' });
    expect(outputsOf(result)).toEqual({ [api]: 5 });
    expect(result).toMatchObject({ withheld: 0, held: 0, partial: 1 });
    expect(result.coverage[0]).toMatchObject({ ratio: 0.5, partial: 1 });
    expect(fleet.at(600, { s0: 'failed', s1: 'failed' })).toMatchObject({ outputs: [], withheld: 1, partial: 0 });
  });

  it('hold gives the last complete value up to hold_for', () => {
    const fleet = createRuleFleet([ruleConfig({ onMissingShard: 'hold', holdForMs: 600_000 })], {
      shards: ['s0', 's1'],
    });
    fleet.at(0, { s0: [sum(1)], s1: [sum(2)] });
    expect(outputsOf(fleet.at(200, { s0: [sum(10)], s1: 'failed' }))).toEqual({ [api]: 12 });
    const held = fleet.at(300, { s0: [sum(20)], s1: 'failed' });
    expect(outputsOf(held)).toEqual({ [api]: 12 });
    expect(held).toMatchObject({ withheld: 0, held: 1, partial: 0 });
    expect(held.coverage[0]).toMatchObject({ ratio: 0.5, held: 1 });
    expect(outputsOf(fleet.at(800, { s0: [sum(30)], s1: 'failed' }))).toEqual({ [api]: 12 });
    expect(fleet.at(801, { s0: [sum(30)], s1: 'failed' })).toMatchObject({ outputs: [], withheld: 1, held: 0 });
  });

  it('hold has nothing to give after a start', () => {
    const fleet = createRuleFleet([ruleConfig({ onMissingShard: 'hold' })], { shards: ['s0', 's1'] });
    expect(fleet.at(0, { s0: [sum(1)], s1: 'failed' })).toMatchObject({ outputs: [], withheld: 1, held: 0 });
  });

  it('is the rule of each group apart', () => {
    const fleet = createRuleFleet(
      [
        ruleConfig({ continue: true }),
        ruleConfig({ record: 'partial:$1', onMissingShard: 'partial', continue: true }),
        ruleConfig({ record: 'hold:$1', onMissingShard: 'hold' }),
      ],
      { shards: ['s0', 's1'] },
    );
    fleet.at(0, { s0: [sum(1)], s1: [sum(2)] });
    const result = fleet.at(300, { s0: [sum(5)], s1: 'failed' });
    expect(outputsOf(result)).toEqual({ 'hold:x:sum{job,api}': 3, 'partial:x:sum{job,api}': 5 });
    expect(result).toMatchObject({ withheld: 1, held: 1, partial: 1 });
  });
});

describe('concurrent requests', () => {
  it('may be combined in any order: the newer contribution stays', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(110, { s0: [sum(10, 109)], s1: [sum(20, 109)] });
    expect(outputsOf(fleet.at(111, { s0: [sum(1, 100)], s1: [sum(21, 110)] }))).toEqual({ [api]: 31 });
  });

  it('of which one saw a shard fail do not disturb the other', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(100, { s0: [sum(1)], s1: [sum(2)] });
    fleet.at(110, { s0: [sum(1)], s1: 'failed' });
    expect(outputsOf(fleet.at(111, { s0: [sum(1, 105)], s1: [sum(3, 105)] }))).toEqual({ [api]: 4 });
  });
});

describe('answers that are combined at the same time', () => {
  const rules = compileRules([ruleConfig({ aggregationWindowMs: 600_000 })]);
  const partial = (value: number, atMs: number, job = 'api'): PartialAggregates => {
    const shard = createShardAggregation(rules, { maxGroupsPerRule: 0 });
    shard.family('slave:x:sum')!(['job', job], value, atMs);
    return structuredClone(shard.result());
  };
  const create = (maxContributions = 100): RuleMemory =>
    createRuleMemory(rules, ['s0', 's1'], { lookbackDeltaMs: 300_000, maxContributions });
  const valuesOf = (combination: Combination, nowMs: number): number[] =>
    [...toTheEnd(combination.evaluate(nowMs)).outputs].map(({ value }) => value);

  it('count as fresh what the other brought since they began, however old its samples are', () => {
    const memory = create();
    const [older, newer] = [memory.begin(), memory.begin()];
    const nowMs = 1_000_000;
    for (const shard of [0, 1]) toTheEnd(older.absorb(shard, partial(1, 1), nowMs));
    for (const shard of [0, 1]) toTheEnd(newer.absorb(shard, partial(2, 2), nowMs));
    expect(valuesOf(older, nowMs)).toEqual([4]);
    expect(valuesOf(newer, nowMs)).toEqual([4]);
    expect(valuesOf(memory.begin(), nowMs)).toEqual([]);
  });

  it('count as fresh what the one that began earlier brought later', () => {
    const memory = create();
    const [older, newer] = [memory.begin(), memory.begin()];
    const nowMs = 1_000_000;
    for (const shard of [0, 1]) toTheEnd(newer.absorb(shard, partial(1, 1), nowMs));
    for (const shard of [0, 1]) toTheEnd(older.absorb(shard, partial(2, 2), nowMs));
    expect(valuesOf(newer, nowMs)).toEqual([4]);
  });

  it('give what they were evaluated to, whatever is absorbed while their outputs are read', () => {
    const memory = create();
    const first = memory.begin();
    for (const shard of [0, 1]) toTheEnd(first.absorb(shard, partial(1, 1000), 1000));
    const { outputs } = toTheEnd(first.evaluate(1000));
    const second = memory.begin();
    toTheEnd(second.absorb(0, partial(7, 2000, 'a job before'), 2000));
    toTheEnd(second.absorb(0, partial(7, 2000), 2000));
    expect([...outputs]).toEqual([{ name: 'job:x:sum', labels: ['job', 'api'], value: 2, rule: 0 }]);
    toTheEnd(memory.begin().evaluate(10_000_000));
    expect([...outputs]).toHaveLength(1);
  });

  it('leave no group behind when one of them goes over the limit', () => {
    const memory = create(1);
    const first = memory.begin();
    toTheEnd(first.absorb(0, partial(1, 1000), 1000));
    expect(() => toTheEnd(first.absorb(1, partial(1, 1000, 'web'), 1000))).toThrow('more than 1 contributions');
    const result = toTheEnd(memory.begin().evaluate(1000));
    expect(result.coverage.map(({ groups }) => groups)).toEqual([1]);
  });
});

describe('a request that reads a part of the sources', () => {
  const apiOnly = { key: '{job="api"}', covers: ({ labels }: { labels: readonly string[] }) => labels[1] === 'api' };
  const both = [sum(1), sum(10, undefined, 'web')];

  it('neither gives nor judges groups outside its scope', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0'] });
    fleet.at(0, { s0: both });
    const narrow = fleet.at(1000, { s0: [sum(1)] }, apiOnly);
    expect(outputsOf(narrow)).toEqual({ [api]: 1 });
    expect(narrow.coverage).toMatchObject([{ groups: 1, withheld: 0, ratio: 1 }]);
  });

  it('makes a shard known for that scope only', () => {
    const fleet = createRuleFleet([ruleConfig()], { shards: ['s0', 's1'] });
    fleet.at(0, { s0: [sum(1)], s1: [] }, apiOnly);
    expect(outputsOf(fleet.at(10, { s0: [sum(1)], s1: 'failed' }, apiOnly))).toEqual({ [api]: 1 });
    expect(outputsOf(fleet.at(20, { s0: both, s1: 'failed' }))).toEqual({});
    fleet.at(30, { s0: both, s1: [] });
    expect(outputsOf(fleet.at(40, { s0: both, s1: 'failed' }))).toEqual({ [api]: 1, [web]: 10 });
  });
});

describe('refusals', () => {
  it('are reported once per name', () => {
    const fleet = createRuleFleet([ruleConfig({ function: 'auto' })], { shards: ['s0', 's1'] });
    const p95: FleetSeries = ['slave:x:p95', {}, 1];
    const avg: FleetSeries = ['slave:x:avg', {}, 1];
    const first = fleet.at(0, { s0: [p95], s1: [p95] });
    expect(first.newRefusals).toEqual([{ rule: 0, name: 'slave:x:p95', reason: expect.stringContaining('"p95"') }]);
    expect(first).toMatchObject({ refusedNames: 1, outputs: [] });
    const second = fleet.at(1, { s0: [p95, avg], s1: [] });
    expect(second.newRefusals.map(({ name }) => name)).toEqual(['slave:x:avg']);
    expect(second.refusedNames).toBe(2);
  });
});

describe('bounds', () => {
  it('going over the contributions that may be kept is an error, until old ones are forgotten', () => {
    const fleet = createRuleFleet([ruleConfig({ aggregationWindowMs: 300_000 })], {
      shards: ['s0'],
      maxContributions: 2,
    });
    fleet.at(0, { s0: [sum(1, 0, 'a'), sum(1, 0, 'b')] });
    fleet.at(1, { s0: [sum(1, 1, 'a')] });
    expect(() => fleet.at(2, { s0: [sum(1, 2, 'a'), sum(1, 2, 'c')] })).toThrow(
      expect.objectContaining({
        code: 'PG_LIMIT_GROUPS',
        message: expect.stringContaining('more than 2 contributions'),
      }),
    );
    expect(outputsOf(fleet.at(301, { s0: [sum(1, 301, 'a'), sum(1, 301, 'c')] }))).toEqual({
      'job:x:sum{job,a}': 1,
      'job:x:sum{job,c}': 1,
    });
  });

  it('groups are forgotten after the window', () => {
    const fleet = createRuleFleet([ruleConfig({ aggregationWindowMs: 600_000 })], { shards: ['s0'] });
    fleet.at(0, { s0: [sum(1)] });
    expect(fleet.at(600, { s0: [] })).toMatchObject({ withheld: 1 });
    expect(fleet.at(601, { s0: [] })).toMatchObject({ withheld: 0, coverage: [] });
  });
});
