import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PlanInput, planFederation } from '../../../src/federate/plan/plan-federation.ts';
import { toLabelSet } from '../../../src/model/label-set.ts';
import { createMatcher, type MatchOperator, type Selector } from '../../../src/model/matcher.ts';
import { parseSelector } from '../../../src/promql/selector/parse-selector.ts';
import { createSelectorSet } from '../../../src/promql/selector/selector-set.ts';

/** A series' own labels, the name among them. */
type Series = Readonly<Record<string, string>>;
type Parts = readonly [name: string, operator: MatchOperator, value: string];

// `slave` and `region` get attached, `replica` and `job` do not, some labels are both attached and carried.
const labelNames = ['slave', 'region', 'job', 'replica', 'a', 'b', 'c', 'd', 'e'];
const values = ['0', '1', '2', 'x'];
const metricNames = ['up', 'slave:x', 'slave:y', 'job:x', ...Array.from({ length: 40 }, (_, i) => `m${i}`)];
const patterns = ['.*', '.+', '', '0', '0|1', '1|2', '0|', '[01]', '[^0]', '.', '0?', 'x.*', '(0|x)', '^1$'];

const series: fc.Arbitrary<Series> = fc
  .tuple(
    fc.constantFrom(...metricNames),
    fc.dictionary(fc.constantFrom(...labelNames), fc.constantFrom(...values), { maxKeys: 5, noNullPrototype: true }),
  )
  .map(([name, labels]) => ({ ...labels, __name__: name }));

const labelMatcher: fc.Arbitrary<Parts> = fc.oneof(
  fc.tuple(
    fc.constantFrom(...labelNames, ''),
    fc.constantFrom<MatchOperator>('=', '!='),
    fc.constantFrom(...values, ''),
  ),
  fc.tuple(fc.constantFrom(...labelNames), fc.constantFrom<MatchOperator>('=~', '!~'), fc.constantFrom(...patterns)),
);
const nameMatcher: fc.Arbitrary<Parts> = fc.oneof(
  fc.tuple(fc.constant('__name__'), fc.constantFrom<MatchOperator>('=', '!='), fc.constantFrom(...metricNames)),
  fc.tuple(
    fc.constant('__name__'),
    fc.constantFrom<MatchOperator>('=~', '!~'),
    fc.constantFrom('.*', '.+', 'slave:.*', 'up|m1.*', 'job:.+'),
  ),
);
const attachableNames = ['slave', 'region', 'a', 'b', 'c', 'd', 'e'];
/** More alternatives than go upstream. */
const manyLabels: fc.Arbitrary<readonly Parts[]> = fc.constant(
  attachableNames.map((name): Parts => [name, '=~', '[01]']),
);
const selectorParts: fc.Arbitrary<readonly Parts[]> = fc
  .tuple(
    fc.array(nameMatcher, { maxLength: 1 }),
    fc.oneof({ weight: 9, arbitrary: fc.array(labelMatcher, { maxLength: 4 }) }, { weight: 1, arbitrary: manyLabels }),
  )
  .map(([names, labels]) => [...names, ...labels]);
/** One selector for each of many names, so that they are put together. */
const manyNames: fc.Arbitrary<readonly (readonly Parts[])[]> = fc
  .array(labelMatcher, { maxLength: 2 })
  .map((labels) => metricNames.map((name): readonly Parts[] => [['__name__', '=', name], ...labels]));
const selectors = fc
  .tuple(fc.array(selectorParts, { maxLength: 4 }), fc.option(manyNames, { freq: 5 }))
  .map(([some, many]) => [...some, ...(many ?? [])]);

const allAttached = fc
  .tuple(...attachableNames.map((name) => fc.tuple(fc.constant(name), fc.constantFrom('0', '1'))))
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>);
const attachable = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom(...attachableNames), fc.constantFrom(...values), {
      maxKeys: 7,
      noNullPrototype: true,
    }),
  },
  { weight: 1, arbitrary: allAttached },
);
const shard = fc
  .record({ labels: attachable, owns: fc.boolean(), series: fc.array(series, { maxLength: 12 }) })
  .map(({ labels, owns, series }) => {
    const ownsLabels = owns ? Object.keys(labels) : [];
    // The declaration is true: no series carries what the shard owns.
    const honest = series.map((one) =>
      Object.fromEntries(Object.entries(one).filter(([name]) => !ownsLabels.includes(name))),
    );
    return { name: 'any', labels, ownsLabels, series: honest };
  });

/** The meaning of matchers, spelled out without the code under test; JavaScript agrees with RE2 on these patterns. */
function holds([name, operator, pattern]: Parts, labels: Series): boolean {
  const value = labels[name] ?? '';
  if (operator === '=' || operator === '!=') return (value === pattern) === (operator === '=');
  return new RegExp(`^(?:${pattern})$`, 's').test(value) === (operator === '=~');
}

function selects(matchers: readonly Parts[], labels: Series): boolean {
  return matchers.length > 0 && matchers.every((matcher) => holds(matcher, labels));
}

function partsOf(text: string): readonly Parts[] {
  return parseSelector(text).matchers.map(({ name, operator, value }): Parts => [name, operator, value]);
}

function toSelector(parts: readonly Parts[]): Selector {
  return { matchers: parts.map((part) => createMatcher(...part)) };
}

function key(labels: Series): string {
  return JSON.stringify(toLabelSet(Object.entries(labels)));
}

it('brings exactly the series whose full label set the client asked for', () => {
  let filtered = 0;
  fc.assert(
    fc.property(
      fc.array(shard, { minLength: 1, maxLength: 3 }),
      attachable,
      selectors,
      (shards, externalLabels, client) => {
        const input: PlanInput = { shards, externalLabels, rules: undefined };
        const plan = planFederation(input, client.map(toSelector));
        const brought: string[] = [];
        const wanted: string[] = [];
        for (const [index, { labels, series }] of shards.entries()) {
          const planned = plan.shards.find((one) => one.shard === index);
          const upstream = (planned?.match ?? []).map(partsOf);
          if (planned?.filterLines === true) filtered++;
          for (const own of series) {
            const full = { ...externalLabels, ...labels, ...own };
            const asked = client.some((matchers) => selects(matchers, full));
            if (asked) wanted.push(`${index} ${key(own)}`);
            const came = upstream.some((matchers) => selects(matchers, own));
            if (came && (planned?.filterLines !== true || asked)) brought.push(`${index} ${key(own)}`);
          }
        }
        expect(brought).toEqual(wanted);
        expect(new Set([...plan.shards.map((one) => one.shard), ...plan.pruned])).toEqual(new Set(shards.keys()));
      },
    ),
    { numRuns: 500 },
  );
  expect(filtered).toBeGreaterThan(0);
});

it('with rules brings every rule source, and the selector set then finds what the client asked for', () => {
  const rules = {
    sourceSelectors: ['{__name__=~"slave:(.+)"}'],
    mayProduce: (name: string): boolean => name.startsWith('job:'),
    records: ['job:$1'],
  };
  fc.assert(
    fc.property(shard, selectors, (one, client) => {
      const plan = planFederation({ shards: [one], externalLabels: {}, rules }, client.map(toSelector));
      const wantsOutput = client.some((matchers) =>
        ['job:x', 'job:y'].some(
          (name) =>
            matchers.length > 0 && matchers.every((part) => part[0] !== '__name__' || holds(part, { __name__: name })),
        ),
      );
      if (wantsOutput) expect(plan.rulesNeeded).toBe(true);
      const upstream = (plan.shards[0]?.match ?? []).map(partsOf);
      const set = createSelectorSet(plan.clientSelectors.map(parseSelector));
      for (const own of one.series) {
        const name = own['__name__']!;
        const isSource = plan.rulesNeeded && name.startsWith('slave:');
        if (isSource) expect(upstream.some((matchers) => selects(matchers, own))).toBe(true);
        const { __name__: _, ...labels } = { ...one.labels, ...own };
        const asked = client.some((matchers) => selects(matchers, { ...labels, __name__: name }));
        expect(set.matches(name, toLabelSet(Object.entries(labels)))).toBe(asked);
        if (set.matchesName(name) === 'all') expect(asked).toBe(true);
        if (set.matchesName(name) === 'none') expect(asked).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});
