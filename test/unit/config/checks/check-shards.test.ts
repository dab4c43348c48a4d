import { describe, expect, it } from 'vitest';
import { messagesOf } from '../check-text.ts';

/** One line for each shard, so that shard i stands in line i + 2; `targets` are given where a test is not about them. */
function shards(...lines: string[]): string[] {
  const items = lines.map((line, i) => `- {${line.replace('TARGETS', `static_configs: [{targets: ["h:${i + 1}"]}]`)}}`);
  return messagesOf(`shards:\n${items.join('\n')}\n`);
}

it('accepts shards that a label tells apart', () => {
  expect(
    shards(
      'name: a, labels: {slave: 0, region: eu}, owns_labels: [slave], TARGETS',
      'name: b, labels: {slave: 1, region: eu}, TARGETS',
      'name: c, labels: {region: us}, TARGETS',
    ),
  ).toEqual([]);
});

describe('names and labels', () => {
  it.each([
    [
      ['name: a, labels: {x: 1}, TARGETS', 'name: a, labels: {x: 2}, TARGETS'],
      'error f.yml:3:10: shards[1].name: shard name "a" is taken by the shard in line 2',
    ],
    [
      ['name: a, labels: {replica: x}, TARGETS'],
      'error f.yml:2:22: shards[0].labels.replica: "replica" is a replica label (global.replica_labels): it cannot be a label of the shard',
    ],
    [
      ['name: a, labels: {x: 1}, owns_labels: [x, y], TARGETS'],
      'error f.yml:2:46: shards[0].owns_labels[1]: "y" is not among the labels of the shard',
    ],
  ])('%s', (lines, message) => {
    expect(shards(...lines)).toEqual([message]);
  });
});

describe('replicas given twice', () => {
  const group = (targets: string) => `static_configs: [{targets: [${targets}]}]`;
  it('in one group', () => {
    expect(shards(`name: a, ${group('"h:1", "H:01"')}`)).toEqual([
      'error f.yml:2:48: shards[0].static_configs[0].targets[1]: replica "H:01" is given twice, first in line 2, column 41',
    ]);
  });

  it('in two groups of a shard', () => {
    expect(shards('name: a, static_configs: [{targets: ["h:1"]}, {targets: ["h:1"]}]')).toEqual([
      'error f.yml:2:61: shards[0].static_configs[1].targets[0]: replica "h:1" is given twice, first in line 2, column 41',
    ]);
  });

  it('in two shards', () => {
    expect(shards(`name: a, labels: {x: 1}, ${group('"h:1"')}`, `name: b, labels: {x: 2}, ${group('"h:1"')}`)).toEqual([
      'error f.yml:3:57: shards[1].static_configs[0].targets[0]: replica "h:1" is given twice, first in line 2, column 57',
    ]);
  });

  it('but one host may serve two shards under different paths', () => {
    expect(
      shards(
        `name: a, labels: {x: 1}, path_prefix: /a, ${group('"h:1"')}`,
        `name: b, labels: {x: 2}, path_prefix: /b, ${group('"h:1"')}`,
      ),
    ).toEqual([]);
  });
});

describe('overlap', () => {
  const warning = (place: string, pair: string, why: string): string =>
    `warning f.yml:${place}.labels: no label tells ${pair}: it ${why}, so every series of the two must be compared`;

  it('of shards without labels', () => {
    expect(shards('name: a, TARGETS', 'name: b, TARGETS')).toEqual([
      warning('3:3: shards[1]', 'shard "b" from shard "a"', 'has no labels'),
    ]);
  });

  it('of equal labels, once for each shard', () => {
    expect(
      shards(
        'name: a, labels: {x: 1}, TARGETS',
        'name: b, labels: {x: 1}, TARGETS',
        'name: c, labels: {x: 1}, TARGETS',
        'name: d, labels: {x: 2}, TARGETS',
      ),
    ).toEqual([
      warning('3:13: shards[1]', 'shard "b" from shard "a"', 'has no label with another value'),
      warning('4:13: shards[2]', 'shard "c" from shard "a"', 'has no label with another value'),
    ]);
  });

  it('of labels that only one of the two has', () => {
    expect(shards('name: a, labels: {x: 1}, TARGETS', 'name: b, labels: {y: 1}, TARGETS')).toEqual([
      warning('3:13: shards[1]', 'shard "b" from shard "a"', 'has no label with another value'),
    ]);
  });
});
