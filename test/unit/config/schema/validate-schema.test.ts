import { describe, expect, it } from 'vitest';
import { messagesOf, oneShard } from '../check-text.ts';

/** Messages about what stands in line 3, after one sound shard. */
const after = (line: string): string[] => messagesOf(oneShard + line).map((text) => text.replace('error f.yml:3:', ''));

describe('keys', () => {
  it.each([
    ['globl: {}', '1: globl: unknown key (did you mean "global"?)'],
    ['zebra: {}', '1: zebra: unknown key'],
    ['"": {}', '1: [""]: unknown key'],
    ['global: {lookbackDelta: 5m}', '10: global.lookbackDelta: unknown key (did you mean "lookback_delta"?)'],
    ['global: {scrape_interval: 5m}', '10: global.scrape_interval: unknown key'],
    [
      'federation: {limits: {max_serie: 1}}',
      '23: federation.limits.max_serie: unknown key (did you mean "max_series"?)',
    ],
    ['deduplication: {stratgy: merge}', '17: deduplication.stratgy: unknown key (did you mean "strategy"?)'],
    [
      'aggregation_rules: [{source: a, record: b, wihtout: []}]',
      '44: aggregation_rules[0].wihtout: unknown key (did you mean "without"?)',
    ],
    ['aggregation_rules: [{source: a}]', '21: aggregation_rules[0]: missing key "record"'],
    ['global:', '1: global: no value given: remove the key or give it one'],
    ['global: {external_labels: }', '10: global.external_labels: no value given: remove the key or give it one'],
    ['federation: {match: [~]}', '22: federation.match[0]: no value given: remove the item or give it one'],
    [
      'global: {external_labels: {a: null}}',
      '28: global.external_labels.a: no value given: remove the key or give it one',
    ],
  ])('%s', (line, message) => {
    expect(after(line)).toEqual([message]);
  });
});

describe('keys of later work', () => {
  it.each(['tracing', 'remote_read', 'remote_write'])('%s', (key) => {
    expect(after(`${key}: {}`)).toEqual([`1: ${key}: not built yet: remove it`]);
  });

  it.each(['bearer_token', 'follow_redirects', 'enable_http2'])('%s of a shard', (key) => {
    expect(after(`- {name: t, labels: {a: b}, static_configs: [{targets: ["h:2"]}], ${key}: x}`)).toContain(
      `67: shards[1].${key}: not built yet: remove it`,
    );
  });

  it('labels of a target group', () => {
    expect(messagesOf('shards:\n- name: s\n  static_configs: [{targets: ["h:1"], labels: {a: b}}]\n')).toEqual([
      "error f.yml:3:39: shards[0].static_configs[0].labels: not supported here: use the shard's labels",
    ]);
  });
});

const longDuration = 'expected a duration longer than 0 and at most 24d, such as 30s or 1m30s';

describe('values', () => {
  it.each([
    ['global: 5', '9: global: expected a mapping, got 5'],
    ['global: [a]', '9: global: expected a mapping, got a list of 1'],
    [
      'global: {scrape_timeout: 0}',
      `26: global.scrape_timeout: ${longDuration}, got 0, which is a number: put it in quotes`,
    ],
    ['global: {scrape_timeout: 0s}', `26: global.scrape_timeout: ${longDuration}, got "0s"`],
    ['global: {scrape_timeout: 25d}', `26: global.scrape_timeout: ${longDuration}, got "25d"`],
    [
      'global: {scrape_timeout: 10}',
      `26: global.scrape_timeout: ${longDuration}, got 10, which is a number: put it in quotes`,
    ],
    [
      'global: {lookback_delta: -5m}',
      '26: global.lookback_delta: expected a duration longer than 0, such as 30s or 1h30m, got "-5m"',
    ],
    ['federation: {reuse_for: 5}', '25: federation.reuse_for: expected a duration such as 0, 30s or 1h30m, got 5'],
    [
      'federation: {reuse_for: 300y}',
      '25: federation.reuse_for: expected a duration such as 0, 30s or 1h30m, got "300y"',
    ],
    [
      'global: {replica_labels: replica}',
      '26: global.replica_labels: expected a list of different label names, got "replica"',
    ],
    ['global: {replica_labels: [a, b, a]}', '33: global.replica_labels[2]: "a" is given twice'],
    [
      'global: {replica_labels: [""]}',
      '27: global.replica_labels[0]: expected a label name (not empty, not "__name__"), got an empty text',
    ],
    [
      'global: {external_labels: {__name__: x}}',
      '28: global.external_labels.__name__: expected a label name (not empty, not "__name__")',
    ],
    [
      'global: {external_labels: {a: ""}}',
      '31: global.external_labels.a: expected a label value that is not empty (an empty label is the same as none), got an empty text',
    ],
    [
      'global: {external_labels: {a: [b]}}',
      '31: global.external_labels.a: expected a label value that is not empty (an empty label is the same as none), got a list of 1',
    ],
    ['federation: {timestamps: no}', '26: federation.timestamps: expected one of "keep", "drop", got "no"'],
    ['federation: {coverage_series: yes}', '31: federation.coverage_series: expected true or false, got "yes"'],
    [
      'federation: {limits: {max_series: -1}}',
      '35: federation.limits.max_series: expected a whole number from 0 to 9007199254740991, got -1',
    ],
    [
      'federation: {limits: {max_series: 1.5}}',
      '35: federation.limits.max_series: expected a whole number from 0 to 9007199254740991, got 1.5',
    ],
    [
      'federation: {limits: {max_concurrent: 0}}',
      '39: federation.limits.max_concurrent: expected a whole number from 1 to 10000, got 0',
    ],
    [
      'federation: {limits: {max_line_bytes: 0}}',
      '39: federation.limits.max_line_bytes: expected a size larger than 0, such as 512KB or 64MiB, got 0',
    ],
    [
      'federation: {limits: {max_line_bytes: 0MB}}',
      '39: federation.limits.max_line_bytes: expected a size larger than 0, such as 512KB or 64MiB, got "0MB"',
    ],
    [
      'federation: {limits: {max_response_bytes: 1 GB}}',
      '43: federation.limits.max_response_bytes: expected a size such as 0, 512KB or 64MiB, got "1 GB"',
    ],
    [
      'federation: {limits: {max_response_bytes: 0.3KB}}',
      '43: federation.limits.max_response_bytes: expected a size such as 0, 512KB or 64MiB, got "0.3KB"',
    ],
    [
      'deduplication: {max_leader_missing_ratio: 1.01}',
      '43: deduplication.max_leader_missing_ratio: expected a number from 0 to 1, got 1.01',
    ],
    [
      'aggregation_rules: [{source: a, record: b, function: median}]',
      '54: aggregation_rules[0].function: expected one of "auto", "sum", "min", "max", "count", "group", "avg", got "median"',
    ],
    [
      'aggregation_rules: [{source: a, record: b, quantile: 95}]',
      '54: aggregation_rules[0].quantile: expected a number from 0 to 1, got 95',
    ],
    [
      'aggregation_rules: [{source: a, record: b, ratio_of: [c]}]',
      '54: aggregation_rules[0].ratio_of: expected a list of two metric names, [numerator, denominator], got a list of 1',
    ],
    [
      'aggregation_rules: [{source: a, record: b, by: [__name__]}]',
      '49: aggregation_rules[0].by[0]: expected a label name (not empty, not "__name__"), got "__name__"',
    ],
    [
      'aggregation_rules: [{source: a, record: 5}]',
      '41: aggregation_rules[0].record: expected a metric name, in which $1 or ${name} stand for groups of `source`, got 5, which is a number: put it in quotes',
    ],
    [
      `federation: {match: {a: "${'x'.repeat(100)}"}}`,
      '21: federation.match: expected a list of selectors, got a mapping',
    ],
  ])('%s', (line, message) => {
    expect(after(line)).toEqual([message]);
  });

  it.each([
    ['path_prefix: prom', 'expected a path that starts with "/", without "?" and "#", got "prom"'],
    ['path_prefix: /a?b', 'expected a path that starts with "/", without "?" and "#", got "/a?b"'],
    ['scheme: ftp', 'expected one of "http", "https", got "ftp"'],
    ['enable_compression: 1', 'expected true or false, got 1'],
    ['static_configs: []', 'expected a list of at least one group of targets, got an empty list'],
    ['static_configs: [{targets: []}]', 'expected a list of at least one host:port, got an empty list'],
    ['static_configs: [{targets: [9090]}]', 'expected host:port, got 9090, which is a number: put it in quotes'],
    ['static_configs: [{}]', 'missing key "targets"'],
    ['name: ""', 'expected a name (text), got an empty text'],
    ['name: 7', 'expected a name (text), got 7, which is a number: put it in quotes'],
  ])('of a shard: %s', (line, message) => {
    const key = line.slice(0, line.indexOf(':'));
    const others = ['name: s', 'static_configs: [{targets: ["h:1"]}]'].filter((other) => !other.startsWith(key));
    expect(messagesOf(`shards:\n- {${[line, ...others].join(', ')}}\n`).join()).toContain(message);
  });

  it('shortens a long one', () => {
    expect(after(`federation: {timestamps: ${'x'.repeat(1000)}}`)).toEqual([
      `26: federation.timestamps: expected one of "keep", "drop", got "${'x'.repeat(60)}…"`,
    ]);
  });
});
