import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { templateFault } from '../../../../src/config/checks/record-template.ts';
import { loadConfig } from '../../../../src/config/load-config.ts';
import { compileRules } from '../../../../src/federate/rules/compile-rules.ts';
import { oneShard, parseSelector } from '../check-text.ts';

const source = 'slave:(?P<metric>\\w+):(.+)';
const regex = RE2JS.compile(source);

it.each(['job', 'job:$1', 'job:${1}_x:$2', 'job:$1_x', '$metric', '${metric}:a', '$0', ':a', '_a', '$1$2'])(
  'accepts %s, and so does the compiler of rules',
  (template) => {
    expect(templateFault(template, regex)).toBeUndefined();
    const text = `${oneShard}aggregation_rules: [{source: '${source}', record: '${template}'}]\n`;
    const { config } = loadConfig(text, { file: 'f', parseSelector });
    expect(compileRules(config.aggregationRules).rules).toHaveLength(1);
  },
);

it.each([
  ['job:$3', '$3 refers to group 3, but source has only 2 groups'],
  ['job:${12}', '${12} refers to group 12, but source has only 2 groups'],
  ['job:$name', '$name refers to a group named "name", which source does not have'],
  ['job:$metric_x', '$metric_x refers to a group named "metric_x", which source does not have'],
  ['job:${toString}', '${toString} refers to a group named "toString", which source does not have'],
  ['job.$1', '"job.$1" gives no metric name: "." cannot stand in one'],
  ['job:$', '"job:$" gives no metric name: "$" cannot stand in one'],
  ['job:$$1', '"job:$$1" gives no metric name: "$" cannot stand in one'],
  ['job:${1', '"job:${1" gives no metric name: "$" cannot stand in one'],
  ['job ', '"job " gives no metric name: " " cannot stand in one'],
  ['9$1', '"9$1" gives names that start with a digit'],
  ['jöb', '"jöb" gives no metric name: "ö" cannot stand in one'],
])('refuses %s', (template, fault) => {
  expect(templateFault(template, regex)).toBe(fault);
});

it('says so where source has no groups, or one', () => {
  expect(templateFault('$1', RE2JS.compile('a'))).toBe('$1 refers to group 1, but source has no groups');
  expect(templateFault('$2', RE2JS.compile('(a)'))).toBe('$2 refers to group 2, but source has only 1 group');
});

it('looks up no groups where source does not compile', () => {
  expect(templateFault('$7', undefined)).toBeUndefined();
  expect(templateFault('$7-', undefined)).toContain('cannot stand');
});
