import { describe, expect, it } from 'vitest';
import type { EscapingScheme } from '../../../../src/exposition/escaping.ts';
import { createRuleOutputEncoder } from '../../../../src/federate/rules/encode-rule-output.ts';

function encode(
  name: string,
  labels: string[],
  value = 1,
  options: { external?: Record<string, string>; escaping?: EscapingScheme } = {},
): string {
  const { external = {}, escaping = 'allow-utf-8' } = options;
  return createRuleOutputEncoder({ externalLabels: external, escaping }).encode({ name, labels, value });
}

describe('encode', () => {
  it.each([
    [['job', 'a'], 12.5, 'job:x{job="a",instance=""} 12.5\n'],
    [[], 0, 'job:x{instance=""} 0\n'],
    [['instance', 'h', 'job', 'a'], -0, 'job:x{instance="h",job="a"} 0\n'],
    [['job', 'a'], Number.NaN, 'job:x{job="a",instance=""} NaN\n'],
    [['job', 'a'], Infinity, 'job:x{job="a",instance=""} +Inf\n'],
    [['job', 'a'], 1_700_000_000.123, 'job:x{job="a",instance=""} 1.700000000123e+09\n'],
    [['job', 'a\\b"c\nd\te'], 1, 'job:x{job="a\\\\b\\"c\\nd\te",instance=""} 1\n'],
    [['my.label', 'a'], 1, 'job:x{"my.label"="a",instance=""} 1\n'],
  ])('%j %d', (labels, value, line) => {
    expect(encode('job:x', labels, value)).toBe(line);
  });

  it('appends external labels that the group lacks, in name order with instance', () => {
    const external = { zone: 'eu', cluster: 'c', job: 'other' };
    expect(encode('job:x', ['job', 'a'], 1, { external })).toBe('job:x{job="a",cluster="c",instance="",zone="eu"} 1\n');
    expect(encode('job:x', [], 1, { external: { instance: 'gw' } })).toBe('job:x{instance="gw"} 1\n');
  });

  it('quotes names that need it, or escapes them as negotiated', () => {
    const labels = ['a.b', 'c'];
    expect(encode('job.x', labels)).toBe('{"job.x","a.b"="c",instance=""} 1\n');
    expect(encode('job"x', [])).toBe('{"job\\"x",instance=""} 1\n');
    expect(encode('job.x', labels, 1, { escaping: 'underscores' })).toBe('job_x{a_b="c",instance=""} 1\n');
    expect(encode('job.x', labels, 1, { escaping: 'dots' })).toBe('job_dot_x{a_dot_b="c",instance=""} 1\n');
    expect(encode('job.x', labels, 1, { escaping: 'values' })).toBe('U__job_2e_x{U__a_2e_b="c",instance=""} 1\n');
    const external = { 'e.x': '1' };
    expect(encode('job:x', [], 1, { external, escaping: 'underscores' })).toBe('job:x{e_x="1",instance=""} 1\n');
  });
});

describe('leavingLabels', () => {
  it('holds the external labels, but nothing empty', () => {
    const encoder = createRuleOutputEncoder({
      externalLabels: { cluster: 'c', job: 'other' },
      escaping: 'allow-utf-8',
    });
    expect(encoder.leavingLabels({ labels: ['job', 'a', 'zone', 'z'] })).toEqual([
      'cluster',
      'c',
      'job',
      'a',
      'zone',
      'z',
    ]);
  });
});
