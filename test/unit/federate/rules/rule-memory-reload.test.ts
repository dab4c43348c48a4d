import { describe, expect, it } from 'vitest';
import type { AggregationRuleConfig } from '../../../../src/config/config.ts';
import { ruleConfig as rule } from './rule-config.ts';
import { createRuleFleet, outputsOf, type FleetSeries } from './rule-fleet.ts';

const sum = rule({ source: 'slave:(.+)', record: 'job:$1', without: ['slave'] });
const other = rule({ source: 'team:(.+)', record: 'org:$1', without: ['slave'] });

const auto = rule({ function: 'auto' });

const x = (slave: string, value: number, atS?: number): FleetSeries =>
  atS === undefined ? ['slave:x:sum', { job: 'a', slave }, value] : ['slave:x:sum', { job: 'a', slave }, value, atS];

const both = { s0: [x('0', 1)], s1: [x('1', 2)] };

describe('the memory of rules over configurations', () => {
  it.each<[string, AggregationRuleConfig[]]>([
    ['the same rules', [sum]],
    ['a rule added behind', [sum, other]],
    ['a rule added before that lets names go on', [{ ...other, continue: true }, sum]],
  ])('keeps contributions of a rule that did not change: %s', (_, next) => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const after = fleet.reconfigured(next);
    expect(outputsOf(after.at(10, { s0: [x('0', 5)], s1: 'failed' }))).toEqual({ 'job:x:sum{job,a}': 7 });
  });

  it.each<[string, AggregationRuleConfig[]]>([
    ['it changed', [{ ...sum, holdForMs: 1 }]],
    ['another one may take its names now', [rule({ source: 'slave:y', record: 'job:y', without: ['slave'] }), sum]],
  ])('forgets a rule where %s, and expects a shard that has not answered since everywhere', (_, next) => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const after = fleet.reconfigured(next);
    expect(after.at(10, { s0: [x('0', 5)], s1: 'failed' })).toMatchObject({ outputs: [], withheld: 1 });
    expect(outputsOf(after.at(20, both))).toEqual({ 'job:x:sum{job,a}': 3 });
  });

  it('knows a shard by its name, wherever it stands', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const after = fleet.reconfigured([sum], ['s9', 's1', 's0']);
    const answers = { s9: [x('9', 100)], s0: [x('0', 10)], s1: 'failed' } as const;
    expect(outputsOf(after.at(10, answers))).toEqual({ 'job:x:sum{job,a}': 112 });
  });

  it('does not take a shard for another one that is gone, nor miss that', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, { ...both, s1: [x('1', 2), ['slave:y:sum', { job: 'only-s1' }, 9]] });
    const after = fleet.reconfigured([sum], ['s0', 's2']);
    // s2 has not answered yet, so it may hold a part of any group of the shards that there are.
    expect(after.at(10, { s0: [x('0', 5)], s2: 'failed' }).outputs).toEqual([]);
    expect(outputsOf(after.at(20, { s0: [x('0', 5)], s2: [x('2', 1)] }))).toEqual({ 'job:x:sum{job,a}': 6 });
    expect(after.at(20, { s0: [x('0', 5)], s2: [x('2', 1)] })).toMatchObject({ withheld: 0 });
    // Seats of shards that are gone are given to others, with nothing on them.
    const later = after.reconfigured([sum], ['s0', 's2', 's3']);
    expect(outputsOf(later.at(30, { s0: [x('0', 5)], s2: [x('2', 1)], s3: [] }))).toEqual({ 'job:x:sum{job,a}': 6 });
  });

  it('knows nothing of a new shard on the seat of one that is gone', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const after = fleet.reconfigured([sum], ['s0']).reconfigured([sum], ['s0', 's2']);
    expect(after.at(10, { s0: [x('0', 5)], s2: 'failed' })).toMatchObject({ outputs: [], withheld: 1 });
  });

  it('lets an answer under way end with the shards and rules that it began with', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    const old = fleet.begin();
    old.absorb('s0', [x('0', 1)], 0);
    const after = fleet.reconfigured([other], ['s0', 's2']).reconfigured([other], ['s0', 's2', 's3']);
    after.at(1, { s0: [], s2: [x('2', 50)], s3: [x('3', 50)] });
    old.absorb('s1', [x('1', 2)], 1);
    expect(outputsOf(old.evaluate(1))).toEqual({ 'job:x:sum{job,a}': 3 });
    old.end();
  });

  it('takes in what an answer under way brings after the change', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const old = fleet.begin();
    const after = fleet.reconfigured([other, { ...sum }].toReversed(), ['s1', 's0']);
    old.absorb('s0', [x('0', 10)], 5);
    old.absorb('s1', [x('1', 20)], 5);
    expect(outputsOf(old.evaluate(5))).toEqual({ 'job:x:sum{job,a}': 30 });
    old.end();
    // An older sample of a replica that took over must not lower what was given.
    expect(outputsOf(after.at(6, { s0: [x('0', 9, 4)], s1: [x('1', 19, 4)] }))).toEqual({ 'job:x:sum{job,a}': 30 });
  });

  it('does not give the seat of a shard away while an answer under way counts on it', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const old = fleet.begin();
    const without = fleet.reconfigured([sum], ['s0']);
    const after = without.reconfigured([sum], ['s0', 's2']);
    old.absorb('s0', [x('0', 1)], 1);
    old.absorb('s1', [x('1', 2)], 1);
    expect(outputsOf(old.evaluate(1))).toEqual({ 'job:x:sum{job,a}': 3 });
    old.end();
    expect(outputsOf(after.at(2, { s0: [x('0', 1)], s2: [x('2', 7)] }))).toEqual({ 'job:x:sum{job,a}': 8 });
  });

  it('holds the last value of a rule that did not change', () => {
    const hold = { ...sum, onMissingShard: 'hold', holdForMs: 600_000 } as const;
    const fleet = createRuleFleet([hold], { shards: ['s0', 's1'] });
    fleet.at(0, both);
    const after = fleet.reconfigured([{ ...other, continue: true }, hold]);
    const late = after.at(400, { s0: [x('0', 5)], s1: 'failed' });
    expect([outputsOf(late), late.held]).toEqual([{ 'job:x:sum{job,a}': 3 }, 1]);
  });

  it('reports a refused name once, over configurations', () => {
    const refused: Record<string, FleetSeries[]> = { s0: [['slave:x:avg', { job: 'a' }, 1]], s1: [] };
    const fleet = createRuleFleet([auto], { shards: ['s0', 's1'] });
    expect(fleet.at(0, refused).newRefusals).toHaveLength(1);
    expect(fleet.reconfigured([auto, other]).at(10, refused).newRefusals).toEqual([]);
  });

  it('counts what all configurations keep against the limit', () => {
    const fleet = createRuleFleet([sum], { shards: ['s0', 's1'], maxContributions: 2 });
    fleet.at(0, both);
    const after = fleet.reconfigured([sum]);
    expect(() => after.at(10, { s0: [x('0', 1), ['slave:z:sum', { job: 'a' }, 1]] })).toThrow(
      expect.objectContaining({ code: 'PG_LIMIT_GROUPS' }),
    );
  });
});
