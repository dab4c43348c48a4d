import { expect, it } from 'vitest';
import { toLabelSet } from '../../../../src/model/label-set.ts';
import { createMatcher, type Matcher, type MatchOperator, type Selector } from '../../../../src/model/matcher.ts';
import { createSelectorSet, type SelectorSet } from '../../../../src/promql/selector/selector-set.ts';

type Parts = readonly [name: string, operator: MatchOperator, value: string];

function selector(...parts: readonly Parts[]): Selector {
  return { matchers: parts.map((part) => createMatcher(...part)) };
}

const mixed: SelectorSet = createSelectorSet([
  selector(['__name__', '=', 'up']),
  selector(['__name__', '=', 'http_total'], ['job', '=', 'api']),
  selector(['__name__', '=', 'http_total'], ['job', '=', 'web']),
  selector(['__name__', '=~', 'job:.*|node_.*']),
  selector(['__name__', '=~', 'slave:.*'], ['slave', '=', '']),
  selector(['__name__', '=', 'odd'], ['__name__', '!~', 'o.*']),
  selector(['__name__', '=', 'any'], ['job', '=~', '.*']),
]);

it.each([
  ['up', 'all'],
  ['http_total', 'some'],
  ['job:x', 'all'],
  ['node_cpu', 'all'],
  ['xjob:x', 'none'],
  ['slave:x', 'some'],
  ['odd', 'none'],
  ['any', 'all'],
  ['', 'none'],
  ['__proto__', 'none'],
] as const)('of the series named %j %s match', (name, expected) => {
  expect(mixed.matchesName(name)).toBe(expected);
});

it.each([
  ['up', {}, true],
  ['http_total', { job: 'api' }, true],
  ['http_total', { job: 'web', x: 'y' }, true],
  ['http_total', { job: 'db' }, false],
  ['http_total', {}, false],
  ['slave:x', {}, true],
  ['slave:x', { slave: '0' }, false],
  ['nothing', { job: 'api' }, false],
])('%s%j: %s', (name, labels, expected) => {
  expect(mixed.matches(name, toLabelSet(Object.entries(labels)))).toBe(expected);
});

it('takes selectors without a name, and none without matchers', () => {
  const set = createSelectorSet([selector(['job', '=', 'api']), selector()]);
  expect(set.matchesName('x')).toBe('some');
  expect(set.matches('x', ['job', 'api'])).toBe(true);
  expect(set.matches('x', [])).toBe(false);
  expect(createSelectorSet([selector()]).matchesName('x')).toBe('none');
  expect(createSelectorSet([]).matchesName('x')).toBe('none');
});

it('asks each regular expression once for a name, and none for a name with another beginning', () => {
  let asked = 0;
  const counting = (value: string): Matcher => {
    const matcher = createMatcher('__name__', '=~', value);
    return {
      ...matcher,
      accepts(name) {
        asked++;
        return matcher.accepts(name);
      },
    };
  };
  const set = createSelectorSet(
    Array.from({ length: 1_000 }, (_, i) => ({ matchers: [counting(`m${i}_.*`), createMatcher('a', '=', '1')] })),
  );
  for (let i = 0; i < 100; i++) set.matches('m7_x', ['a', '1']);
  expect(asked).toBe(1);
});

it('finds exact names among ten thousand without trying them all', () => {
  let asked = 0;
  const selectors = Array.from({ length: 10_000 }, (_, i) => {
    const matcher = createMatcher('__name__', '=', `m${i}`);
    return {
      matchers: [
        {
          ...matcher,
          accepts(name: string) {
            asked++;
            return matcher.accepts(name);
          },
        },
      ],
    };
  });
  const set = createSelectorSet(selectors);
  asked = 0;
  expect(set.matchesName('m9999')).toBe('all');
  expect(set.matchesName('x')).toBe('none');
  expect(asked).toBeLessThan(3);
});
