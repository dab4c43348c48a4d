import { describe, expect, it } from 'vitest';
import { messagesOf, oneShard } from '../check-text.ts';

/** Rule i stands in line i + 4. */
const rules = (...lines: string[]): string[] =>
  messagesOf(`${oneShard}aggregation_rules:\n${lines.map((line) => `- {${line}}\n`).join('')}`);

it.each([
  'source: "slave:(.+)", record: "job:$1"',
  'source: "slave:(.+)", record: "job:$1", by: [job, instance]',
  'source: a, record: b, function: avg, weight: c',
  'source: a, record: b, ratio_of: [c, d], without: [slave]',
  'source: a_bucket, record: b, quantile: 0.99, by: [le, job]',
  'source: a, record: b, on_missing_shard: hold, hold_for: 1m',
])('accepts %s', (line) => {
  expect(rules(line)).toEqual([]);
});

describe('expressions', () => {
  it.each([
    ['slave:(.+', 'missing closing ): `slave:(.+`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['((a{100}){100}){100}', 'invalid repeat count: `{100}`'],
    ['x{1001}', 'invalid repeat count: `{1001}`'],
  ])('%s', (source, fault) => {
    expect(rules(`record: b, source: '${source}'`)).toEqual([
      `error f.yml:4:23: aggregation_rules[0].source: invalid RE2 expression: ${fault}`,
    ]);
  });
});

describe('errors', () => {
  it.each([
    [
      'source: "(a)", record: "$2"',
      '27: aggregation_rules[0].record: $2 refers to group 2, but source has only 1 group',
    ],
    [
      'source: a, record: b, function: avg, weight: $1',
      '49: aggregation_rules[0].weight: $1 refers to group 1, but source has no groups',
    ],
    [
      'source: a, record: b, ratio_of: [c, d-e]',
      '40: aggregation_rules[0].ratio_of[1]: "d-e" gives no metric name: "-" cannot stand in one',
    ],
    [
      'source: a, record: b, by: [x], without: [y]',
      '35: aggregation_rules[0].without: by and without exclude each other',
    ],
    [
      'source: a, record: b, function: avg',
      '36: aggregation_rules[0].function: avg needs weight: the metric that holds the number of observations behind each source series',
    ],
    ['source: a, record: b, weight: c', '26: aggregation_rules[0].weight: weight goes with function: avg only'],
    [
      'source: a, record: b, function: sum, weight: c',
      '41: aggregation_rules[0].weight: weight goes with function: avg only',
    ],
    [
      'source: a, record: b, quantile: 0.5, ratio_of: [c, d]',
      '26: aggregation_rules[0].quantile: ratio_of and quantile exclude each other',
    ],
    [
      'source: a, record: b, quantile: 0.5, function: sum',
      '41: aggregation_rules[0].function: quantile and function exclude each other',
    ],
    [
      'source: a, record: b, function: auto, ratio_of: [c, d]',
      '26: aggregation_rules[0].function: ratio_of and function exclude each other',
    ],
  ])('%s', (line, message) => {
    expect(rules(line)).toEqual([`error f.yml:4:${message}`]);
  });
});

describe('warnings', () => {
  it.each([
    [
      'source: a, record: b, hold_for: 1m',
      '26: aggregation_rules[0].hold_for: has no effect without on_missing_shard: hold',
    ],
    [
      'source: a, record: b, by: [job, replica]',
      '36: aggregation_rules[0].by[1]: "replica" is a replica label (global.replica_labels), which is stripped before rules see a series',
    ],
  ])('%s', (line, message) => {
    expect(rules(line)).toEqual([`warning f.yml:4:${message}`]);
  });

  it('of a rule that is never reached', () => {
    expect(rules('source: a, record: b', 'source: a, record: c', 'source: x, record: y')).toEqual([
      'warning f.yml:5:12: aggregation_rules[1].source: never reached: the rule in line 4 takes the same names and has no continue: true',
    ]);
    expect(rules('source: a, record: b, continue: true', 'source: a, record: c')).toEqual([]);
  });
});
