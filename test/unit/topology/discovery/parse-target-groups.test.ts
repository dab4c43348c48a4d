import { describe, expect, it } from 'vitest';
import { parseTargetGroups } from '../../../../src/topology/discovery/parse-target-groups.ts';
import { toTargets } from '../../../../src/topology/discovery/discovered-target.ts';

describe('parseTargetGroups', () => {
  it('reads JSON', () => {
    const text =
      '[{"targets": ["a:1", "b:2"], "labels": {"shard": "s"}}, {"targets": []}, {"targets": [], "labels": null}]';
    expect(parseTargetGroups(text, 'json')).toEqual([
      { targets: ['a:1', 'b:2'], labels: { shard: 's' } },
      { targets: [], labels: {} },
      { targets: [], labels: {} },
    ]);
  });

  it('reads YAML, scalars as they are written', () => {
    const text = '- targets:\n  - a:1\n  - "[::1]:9090"\n  labels: {slave: 01, on: true, version: 1.10}\n';
    expect(parseTargetGroups(text, 'yaml')).toEqual([
      { targets: ['a:1', '[::1]:9090'], labels: { slave: '01', on: 'true', version: '1.10' } },
    ]);
  });

  it.each(['json', 'yaml'] as const)('takes an empty list for a list without targets (%s)', (format) => {
    expect(parseTargetGroups('[]', format)).toEqual([]);
  });

  it.each([
    ['json', '', 'empty: a list without targets is written []'],
    ['yaml', ' \n', 'empty: a list without targets is written []'],
    ['yaml', '# nothing\n', 'expected a list of groups of targets, got nothing'],
    ['json', '[{"targets": ["a:1"', /JSON at position 19/],
    ['json', '{"targets": []}', 'expected a list of groups of targets, got a mapping'],
    ['json', 'null', 'expected a list of groups of targets, got nothing'],
    ['json', '["a:1"]', '[0]: expected a mapping, got a text'],
    ['json', '[{"labels": {}}]', '[0].targets: expected a list of host:port, got nothing'],
    ['json', '[{"targets": "a:1"}]', '[0].targets: expected a list of host:port, got a text'],
    ['json', '[{"targets": [9090]}]', '[0].targets[0]: expected a text, got a number'],
    ['json', '[{"targets": [], "labels": {"a": 1}}]', '[0].labels.a: expected a text, got a number'],
    ['json', '[{"targets": [], "lables": {}}]', '[0]: unknown key "lables"'],
    ['yaml', '- targets: ["a:1"\n', /at line 2, column 1/],
    ['yaml', '- targets: [a:1]\n- targets', '[1]: expected a mapping, got a text'],
    ['yaml', '- targets: [a:1]\n  targets: [b:1]\n', /Map keys must be unique at line 2, column 3/],
    ['yaml', '- targets: [a:1]\n- {', /at line 2/],
  ] as const)('refuses %s %j', (format, text, message) => {
    expect(() => parseTargetGroups(text, format)).toThrow(message);
  });
});

describe('toTargets', () => {
  it('lists targets with the labels of their group', () => {
    expect(toTargets([{ targets: ['a:1', 'b:2'], labels: { x: 'y' } }])).toEqual([
      { address: 'a:1', labels: { x: 'y' } },
      { address: 'b:2', labels: { x: 'y' } },
    ]);
  });

  it('refuses what is no address, and a list that is too long', () => {
    expect(() => toTargets([{ targets: ['a:1', 'http://b:1'], labels: {} }])).toThrow(
      '[0].targets[1]: expected host:port, got the URL "http://b:1"',
    );
    expect(() => toTargets([{ targets: ['a'], labels: {} }])).toThrow('the port is missing');
    const targets = Array.from({ length: 10_001 }, (_, i) => `h${i}:1`);
    expect(() => toTargets([{ targets, labels: {} }])).toThrow('10001 targets, at most 10000 are taken');
  });
});
