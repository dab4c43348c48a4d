import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check-config.ts';
import { messagesOf, oneShard, parseSelector } from './check-text.ts';

it('finds nothing wrong with a sound file', () => {
  expect(messagesOf(oneShard)).toEqual([]);
});

describe('a file without a configuration', () => {
  it.each([
    ['', 'error f.yml:1:1: the file is empty: at least one shard is needed'],
    ['# nothing here\n\n', 'error f.yml:1:1: the file is empty: at least one shard is needed'],
    ['shards', 'error f.yml:1:1: expected a mapping, got "shards"'],
    ['- a', 'error f.yml:1:1: expected a mapping, got a list of 1'],
    ['global: {}', 'error f.yml:1:1: missing key "shards"'],
    ['shards: []', 'error f.yml:1:9: shards: expected a list of at least one shard, got an empty list'],
    ['shards:', 'error f.yml:1:1: shards: no value given: remove the key or give it one'],
    [
      'shards: [',
      'error f.yml:1:10: invalid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('%j', (text, message) => {
    expect(messagesOf(text)).toContain(message);
  });
});

const manyProblems = `global:
  replica_labels: [pod]
  scrape_timeout: soon
shards:
- name: a
  labels: {pod: x}
  scrape_timout: 3s
  static_configs: [{targets: ['h:1']}]
- nam: b
  static_configs: [{targets: ['http://h:2']}]
- name: a
  static_configs: [{targets: ['h:1']}]
federation: {match: ['{', up]}
aggregation_rules:
- {source: '(', function: sun, record: a-b}
`;

it('finds all problems in one run, in the order of the file', () => {
  expect(messagesOf(manyProblems)).toEqual([
    'error f.yml:3:19: global.scrape_timeout: expected a duration longer than 0 and at most 24d, such as 30s or 1m30s, got "soon"',
    'error f.yml:6:12: shards[0].labels.pod: "pod" is a replica label (global.replica_labels): it cannot be a label of the shard',
    'error f.yml:7:3: shards[0].scrape_timout: unknown key (did you mean "scrape_timeout"?)',
    'error f.yml:9:3: shards[1]: missing key "name"',
    'error f.yml:9:3: shards[1].nam: unknown key (did you mean "name"?)',
    'error f.yml:10:31: shards[1].static_configs[0].targets[0]: expected host:port, got the URL "http://h:2": use scheme and path_prefix of the shard',
    'warning f.yml:11:3: shards[2].labels: no label tells shard "a" from shard "a": it has no labels, so every series of the two must be compared',
    'error f.yml:11:9: shards[2].name: shard name "a" is taken by the shard in line 5',
    'error f.yml:12:31: shards[2].static_configs[0].targets[0]: replica "h:1" is given twice, first in line 8, column 31',
    'error f.yml:13:22: federation.match[0]: invalid selector: unexpected end of input inside braces',
    'error f.yml:15:12: aggregation_rules[0].source: invalid RE2 expression: missing closing ): `(`',
    'error f.yml:15:27: aggregation_rules[0].function: expected one of "auto", "sum", "min", "max", "count", "group", "avg", got "sun"',
    'error f.yml:15:40: aggregation_rules[0].record: "a-b" gives no metric name: "-" cannot stand in one',
  ]);
});

it('leaves out the configuration where there is an error, and only there', () => {
  const options = { file: 'f.yml', parseSelector };
  expect(checkConfig(`${oneShard}x: 1`, options).config).toBeUndefined();
  expect(checkConfig(`${oneShard}- {name: t, static_configs: [{targets: ["h:2"]}]}`, options).config).toBeDefined();
});

it('finds replicas again in the file', () => {
  const text = `shards:\n- name: a\n  static_configs:\n  - targets: ['a:1', 'b:1']\n  - targets:\n    - c:1\n`;
  const { locate } = checkConfig(text, { file: 'f.yml', parseSelector });
  expect(locate(0, 1)).toEqual({ line: 4, column: 22, path: 'shards[0].static_configs[0].targets[1]' });
  expect(locate(0, 2)).toEqual({ line: 6, column: 7, path: 'shards[0].static_configs[1].targets[0]' });
  expect(locate(0, -1)).toEqual({ line: 2, column: 3, path: 'shards[0]' });
});
