import * as fc from 'fast-check';
import { toLabelSet, type LabelSet } from '../../../src/model/label-set.ts';
import type { MatchOperator } from '../../../src/model/matcher.ts';

/** A matcher in parts. */
export type Parts = readonly [name: string, operator: MatchOperator, value: string];

export interface ModelShard {
  readonly labels: Readonly<Record<string, string>>;
  readonly ownsLabels: readonly string[];
  readonly replicas: number;
  /** Own labels and a value that no other series has. */
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const labelNames = ['team', 'env', 'slave', 'job', 'instance'];
const values = ['a', 'b', 'c'];
const patterns = ['.*', '.+', '', 'a', 'a|b', 'a|', '[^a]', '[ab].*'];
export const metricNames: readonly string[] = ['m1', 'm2_total', 'target_info'];

const labels = fc.dictionary(fc.constantFrom(...labelNames), fc.constantFrom(...values), {
  maxKeys: 4,
  noNullPrototype: true,
});

export const matcher: fc.Arbitrary<Parts> = fc.oneof(
  fc.tuple(
    fc.constantFrom(...labelNames, 'team', 'team'),
    fc.constantFrom<MatchOperator>('=', '!='),
    fc.constantFrom(...values, ''),
  ),
  fc.tuple(
    fc.constantFrom(...labelNames, 'team'),
    fc.constantFrom<MatchOperator>('=~', '!~'),
    fc.constantFrom(...patterns),
  ),
);
const nameMatcher: fc.Arbitrary<Parts> = fc.constantFrom<Parts>(
  ['__name__', '=~', 'm.*|target_info'],
  ['__name__', '!=', 'm1'],
  ['__name__', '=', 'm1'],
);

/** What is enforced, now and then on the name. */
export const enforced: fc.Arbitrary<readonly Parts[]> = fc
  .tuple(fc.array(matcher, { minLength: 1, maxLength: 2 }), fc.option(nameMatcher, { freq: 6 }))
  .map(([some, name]) => (name === null ? some : [...some, name]));

const metricSeries = fc.record({ name: fc.constantFrom(...metricNames), labels });

/**
 * Up to three shards; each label set is there once in the whole fleet, seen with the shards' labels. What a series carries
 * itself is never what it would get anyway: a shard does not see that two such series are the same but for their names.
 */
export const shards: fc.Arbitrary<readonly ModelShard[]> = fc
  .array(
    fc.record({
      owns: fc.boolean(),
      extra: fc.constantFrom<Readonly<Record<string, string>>>({}, { team: 'a' }, { env: 'b' }),
      replicas: fc.integer({ min: 1, max: 2 }),
      series: fc.array(metricSeries, { maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((drawn) => {
    const seen = new Set<string>();
    let value = 0;
    return drawn.map(({ owns, extra, replicas, series }, index) => {
      const attached: Readonly<Record<string, string>> = { slave: values[index]!, ...extra };
      const ownsLabels = owns ? Object.keys(attached) : [];
      const own = series.map(({ name, labels }) => ({
        __name__: name,
        ...Object.fromEntries(
          Object.entries(labels).filter(([label, value]) => !ownsLabels.includes(label) && attached[label] !== value),
        ),
      }));
      const unique = own.filter((one) => {
        const key = JSON.stringify(toLabelSet(Object.entries({ ...attached, ...one })));
        return !seen.has(key) && seen.add(key);
      });
      return { labels: attached, ownsLabels, replicas, series: unique.map((labels) => ({ labels, value: ++value })) };
    });
  });

/** A series as it leaves. */
export function leaving(shard: ModelShard, labels: Readonly<Record<string, string>>): LabelSet {
  return toLabelSet(Object.entries({ ...shard.labels, ...labels }));
}

/** The meaning of matchers, spelled out without the code under test; JavaScript agrees with RE2 on these patterns. */
export function holdAll(matchers: readonly Parts[], labels: LabelSet): boolean {
  const pairs = new Map<string, string>();
  for (let i = 0; i < labels.length; i += 2) pairs.set(labels[i]!, labels[i + 1]!);
  return matchers.every(([name, operator, pattern]) => {
    const value = pairs.get(name) ?? '';
    if (operator === '=' || operator === '!=') return (value === pattern) === (operator === '=');
    return new RegExp(`^(?:${pattern})$`, 's').test(value) === (operator === '=~');
  });
}

export function textOf(matchers: readonly Parts[]): string {
  return `{${matchers.map(([name, operator, value]) => `${name}${operator}"${value}"`).join(',')}}`;
}
