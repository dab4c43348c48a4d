import { describe, expect, it } from 'vitest';
import { parseNameTemplate } from '../../../../src/federate/rules/name-template.ts';

const groups = { count: 2, names: { metric: 1 } };
const captures = ['whole', 'M', 'O'];

describe('parseNameTemplate', () => {
  it.each([
    ['job:$1', 'job:M', 'job:.*'],
    ['job:${1}:${2}', 'job:M:O', 'job:.*:.*'],
    ['job:$1_sum', 'job:M_sum', 'job:.*_sum'],
    ['job:${metric}x', 'job:Mx', 'job:.*x'],
    ['$metric:sum', 'M:sum', '.*:sum'],
    ['copy:$0', 'copy:whole', 'copy:.*'],
    ['a$$b', 'a$b', 'a\\$b'],
    ['a$$1', 'a$1', 'a\\$1'],
    ['my.metric', 'my.metric', 'my\\.metric'],
  ])('%s gives %s, within %s', (text, expanded, pattern) => {
    const template = parseNameTemplate(text, groups);
    expect(template.expand(captures)).toBe(expanded);
    expect(template.pattern).toBe(pattern);
  });

  it('knows when it can give one name only', () => {
    expect(parseNameTemplate('job:x', groups).literal).toBe('job:x');
    expect(parseNameTemplate('a$$b', groups).literal).toBe('a$b');
    expect(parseNameTemplate('job:$1', groups).literal).toBeUndefined();
  });

  it.each([
    ['job:$3', 'template "job:$3" refers to group 3, source has 2 groups'],
    ['job:${other}', 'refers to group other'],
    ['job:$metric_sum', 'refers to group metric_sum'],
    ['job:$', 'write $$ for a dollar sign'],
    ['job:${1', 'write $$ for a dollar sign'],
    ['job:${}', 'write $$ for a dollar sign'],
    ['$-1', 'write $$ for a dollar sign'],
  ])('refuses %s', (text, message) => {
    expect(() => parseNameTemplate(text, groups)).toThrow(
      expect.objectContaining({ code: 'PG_CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });
});
