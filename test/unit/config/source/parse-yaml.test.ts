import { describe, expect, it } from 'vitest';
import { formatConfigMessage } from '../../../../src/config/config-message.ts';
import { parseYaml } from '../../../../src/config/source/parse-yaml.ts';

const problems = (text: string): string[] => parseYaml(text, 'f.yml').messages.map(formatConfigMessage);
const valueOf = (text: string): unknown => structuredClone(parseYaml(text, 'f.yml').source.value);

describe('values', () => {
  it.each([
    ['a: [1, x:9090, true, null]', { a: [1, 'x:9090', true, null] }],
    ['a: yes', { a: 'yes' }],
    [
      'labels: {a: 1.10, b: 0x10, c: true, d: "x", e: 007}',
      { labels: { a: '1.10', b: '0x10', c: 'true', d: 'x', e: '007' } },
    ],
    ['labels: {a: {b: 1}}', { labels: { a: { b: 1 } } }],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['n: &x 010\nlabels: {a: *x}', { n: 10, labels: { a: '010' } }],
    ['a: &x 1\nb: &y [*x]\nc: &x 2\nd: *y', { a: 1, b: [1], c: 2, d: [1] }],
    ['1: a', { 1: 'a' }],
    ['', null],
    ['# nothing\n', null],
  ])('of %j', (text, value) => {
    expect(problems(text)).toEqual([]);
    expect(valueOf(text)).toEqual(value);
  });

  it('has no prototype to stumble over', () => {
    const { source } = parseYaml('labels: {__proto__: x, constructor: y}', 'f.yml');
    expect(Object.entries((source.value as { labels: object }).labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('problems', () => {
  it.each([
    ['a: 1\nb: 2\na: 3\n', ['f.yml:3:1: duplicate key "a", first given in line 1']],
    ['a: {b: 1, c: 2, b: 3}', ['f.yml:1:17: duplicate key "b", first given in line 1']],
    ['1: a\n"1": b', ['f.yml:2:1: duplicate key "1", first given in line 1']],
    ['a:\n\tb: 1', ['f.yml:2:1: invalid YAML: tabs are not allowed as indentation']],
    ['a: "x', ['f.yml:1:6: invalid YAML: missing closing "quote']],
    ['a: !secret x', ['f.yml:1:4: invalid YAML: unresolved tag: !secret']],
    ['a: 1\n---\nb: 2', ['f.yml:2:1: invalid YAML: more than one document in the file']],
    ['a: *x', ['f.yml:1:4: no anchor "x" before this alias']],
    ['a: &x 1\nb: {<<: *x}', ['f.yml:2:5: merge keys (<<) are not supported; an alias (*name) for a whole value is']],
    ['a: &x [*x]', ['f.yml:1:7: nested deeper than 32 levels']],
    [`a: ${'['.repeat(40)}${']'.repeat(40)}`, ['f.yml:1:36: nested deeper than 32 levels']],
  ])('of %j', (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it('does not fall over thousands of brackets', () => {
    expect(problems('['.repeat(100_000))[0]).toMatch(/^f\.yml:1:\d+: invalid YAML: nested deeper than 32 levels$/);
  });

  it('ends a bomb of aliases after 100,000 values', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`);
    const { messages } = parseYaml(`l0: &l0 x\n${levels.join('\n')}\n`, 'f.yml');
    expect(messages.map(({ message }) => message)).toEqual([
      'the aliases of this file stand for more than 100000 values',
    ]);
  });

  it('gives at most 20 syntax errors', () => {
    expect(problems('a: !x 1\n'.repeat(50))).toHaveLength(20);
  });
});

describe('positions', () => {
  const { source } = parseYaml('a: 1\nb:\n- x\n- c: 2\nd: &d {e: 3}\nf: *d\n', 'f.yml');

  it.each([
    ['', 'value', 1, 1],
    ['/a', 'key', 1, 1],
    ['/a', 'value', 1, 4],
    ['/b', 'value', 3, 1],
    ['/b/0', 'key', 3, 3],
    ['/b/1/c', 'key', 4, 3],
    ['/b/1/c', 'value', 4, 6],
    ['/b/1/nothing', 'value', 4, 3],
    ['/nothing/at/all', 'value', 1, 1],
    ['/f/e', 'value', 5, 11],
  ] as const)('%s %s', (pointer, part, line, column) => {
    expect(source.position(pointer, part)).toEqual({ line, column });
  });

  it('knows what the text has', () => {
    expect(source.has('/b/1/c')).toBe(true);
    expect(source.has('/b/1/d')).toBe(false);
  });

  it('counts lines that end in CR LF', () => {
    expect(parseYaml('a: 1\r\nb: 2\r\n', 'f').source.position('/b', 'value')).toEqual({ line: 2, column: 4 });
  });
});
