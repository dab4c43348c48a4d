import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { ruleConfig } from './rule-config.ts';

describe('uses', () => {
  it('takes the first rule that matches the whole name', () => {
    const rules = compileRules([
      ruleConfig({ source: 'slave:a', record: 'job:first' }),
      ruleConfig({ source: 'slave:(.*)', record: 'job:$1' }),
    ]);
    expect(rules.uses('slave:a').uses).toEqual([{ as: 'value', rule: 0, record: 'job:first', operation: 'sum' }]);
    expect(rules.uses('slave:ab').uses).toEqual([{ as: 'value', rule: 1, record: 'job:ab', operation: 'sum' }]);
    expect(rules.uses('xslave:a').uses).toEqual([]);
    expect(rules.uses('node_load1')).toEqual({ uses: [], keep: true });
  });

  it('goes on after a rule that says continue', () => {
    const rules = compileRules([
      ruleConfig({ source: 'slave:(.+)', record: 'job:$1:max', function: 'max', continue: true }),
      ruleConfig({ source: 'other', record: 'x' }),
      ruleConfig({ source: 'slave:(.+)', record: 'job:$1:min', function: 'min' }),
      ruleConfig({ source: 'slave:(.+)', record: 'job:$1:count', function: 'count' }),
    ]);
    expect(rules.uses('slave:x').uses).toEqual([
      { as: 'value', rule: 0, record: 'job:x:max', operation: 'max' },
      { as: 'value', rule: 2, record: 'job:x:min', operation: 'min' },
    ]);
  });

  it('stops at a rule that refuses the name, unless it says continue', () => {
    const auto = ruleConfig({ function: 'auto' });
    const refused = { as: 'refused', rule: 0, name: 'slave:x:avg', reason: expect.stringContaining('"avg"') };
    expect(compileRules([auto, ruleConfig()]).uses('slave:x:avg').uses).toEqual([refused]);
    expect(compileRules([{ ...auto, continue: true }, ruleConfig()]).uses('slave:x:avg').uses).toEqual([
      refused,
      { as: 'value', rule: 1, record: 'job:x:avg', operation: 'sum' },
    ]);
  });

  it('reads the operation of auto from the source name', () => {
    const rules = compileRules([ruleConfig({ function: 'auto' })]);
    expect(rules.uses('slave:x:max').uses).toMatchObject([{ record: 'job:x:max', operation: 'max' }]);
    expect(rules.uses('slave:x:count').uses).toMatchObject([{ operation: 'sum' }]);
  });

  it('refuses a name whose record would be empty', () => {
    const rules = compileRules([ruleConfig({ source: 'slave:(.*)', record: '$1' })]);
    expect(rules.uses('slave:').uses).toMatchObject([{ as: 'refused', reason: expect.stringContaining('empty name') }]);
  });

  it('fills templates from groups that took no part with nothing', () => {
    const rules = compileRules([ruleConfig({ source: 'slave:(?P<name>[a-z]+)(:sum)?', record: 'job:${name}$2' })]);
    expect(rules.uses('slave:x').uses).toMatchObject([{ record: 'job:x' }]);
    expect(rules.uses('slave:x:sum').uses).toMatchObject([{ record: 'job:x:sum' }]);
  });

  it('knows weights, terms, triggers and buckets', () => {
    const rules = compileRules([
      ruleConfig({ source: 'slave:(.+):avg', record: 'job:$1:avg', function: 'avg', weight: 'slave:$1:count' }),
      ruleConfig({ source: 'slave:(.+):errors', record: 'job:$1:ratio', ratioOf: ['slave:$1:errors', 'slave:$1:all'] }),
      ruleConfig({ source: 'slave:(.+)_bucket', record: 'job:$1:p99', quantile: 0.99 }),
    ]);
    expect(rules.uses('slave:x:avg').uses).toEqual([
      { as: 'weighted', rule: 0, record: 'job:x:avg', weight: 'slave:x:count' },
    ]);
    expect(rules.uses('slave:x:count').uses).toEqual([{ as: 'weight', rule: 0 }]);
    expect(rules.uses('slave:x:errors').uses).toEqual([
      { as: 'term', rule: 1 },
      { as: 'trigger', rule: 1, record: 'job:x:ratio', numerator: 'slave:x:errors', denominator: 'slave:x:all' },
    ]);
    expect(rules.uses('slave:x:all').uses).toEqual([{ as: 'term', rule: 1 }]);
    expect(rules.uses('slave:x_bucket').uses).toEqual([{ as: 'bucket', rule: 2, record: 'job:x:p99' }]);
  });
});

describe('sourceSelectors', () => {
  it('cover sources and companions, each selector once', () => {
    const rules = compileRules([
      ruleConfig({ source: 'slave:(.+)' }),
      ruleConfig({ source: 'slave:(.+)', record: 'job:$1:n', function: 'count' }),
      ruleConfig({ source: 's.(.+):avg', function: 'avg', weight: 'slave.$1:count' }),
      ruleConfig({ source: 'x', record: 'y', ratioOf: ['errors', 'requests'] }),
    ]);
    expect(rules.sourceSelectors).toEqual([
      '{__name__=~"slave:(.+)"}',
      '{__name__=~"s.(.+):avg"}',
      '{__name__=~"slave\\\\..*:count"}',
      '{__name__=~"x"}',
      '{__name__="errors"}',
      '{__name__="requests"}',
    ]);
    expect(rules.rules[2]!.sourceSelectors).toHaveLength(2);
  });
});

describe('mayProduce', () => {
  it('is true for every name that a record template can give', () => {
    const rules = compileRules([ruleConfig(), ruleConfig({ source: 'a.b', record: 'all.up' })]);
    const names = ['job:x', 'job:', 'all.up', 'allxup', 'slave:x', 'xjob:x', 'job'];
    expect(names.map((name) => rules.mayProduce(name))).toEqual([true, true, true, false, false, false, false]);
    expect(names.map((name) => rules.rules[1]!.mayProduce(name))).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('keepSource', () => {
  it('is false only where a rule that takes the name says so', () => {
    const rules = compileRules([
      ruleConfig({ source: 'slave:(.+)', function: 'auto', keepSource: false }),
      ruleConfig({ source: 'kept', record: 'x' }),
    ]);
    expect(rules.keepSource('slave:x:sum')).toBe(false);
    expect(rules.keepSource('slave:x:avg')).toBe(true);
    expect(rules.keepSource('kept')).toBe(true);
    expect(rules.keepSource('unread')).toBe(true);
  });

  it('does not touch companions', () => {
    const rules = compileRules([
      ruleConfig({ source: 's:avg', record: 'j', function: 'avg', weight: 's:count', keepSource: false }),
    ]);
    expect(rules.keepSource('s:avg')).toBe(false);
    expect(rules.keepSource('s:count')).toBe(true);
  });
});

describe('configuration errors', () => {
  it.each([
    [{ source: 'slave:(' }, 'aggregation rule 1 (source "slave:("): error parsing regexp'],
    [{ source: '(?=x)' }, 'aggregation rule 1'],
    [{ record: 'job:$2' }, 'template "job:$2" refers to group 2'],
    [{ function: 'avg' }, 'function avg needs a weight'],
    [{ function: 'avg', weight: 'slave:$7' }, 'refers to group 7'],
    [{ ratioOf: ['a', '$name'] }, 'refers to group name'],
  ] as const)('%j', (overrides, message) => {
    expect(() => compileRules([ruleConfig(), ruleConfig(overrides)])).toThrow(
      expect.objectContaining({ code: 'PG_CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });
});
