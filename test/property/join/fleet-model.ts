import fc from 'fast-check';
import { compareUtf8 } from '../../../src/model/compare-utf8.ts';

/** Shared by the property tests of the join: random shards and how their replicas write them. Written from spec §1.4. */
export type Pair = readonly [name: string, value: string];

export interface Sample {
  readonly value: string;
  readonly timestamp: string | undefined;
}

interface Series {
  readonly name: string;
  /** The series' own labels in any order: unique names, no empty value. */
  readonly own: readonly Pair[];
  /** By replica; undefined where it lacks the series. */
  readonly samples: readonly (Sample | undefined)[];
}

export interface Shard {
  readonly series: readonly Series[];
  /** External labels of each replica. */
  readonly external: readonly Readonly<Record<string, string>>[];
}

const names = ['m', 'm_a', 'mb', 'n:x', 'ab', 'abc', 'my.metric', 'sp ace', 'z"q'];
const labelNames = [
  'a',
  'ab',
  'a1',
  'b',
  'job',
  'Zone',
  'instance',
  'replica',
  'slave',
  'cluster',
  'zz',
  'my.label',
  'c:d',
];
const valueParts = [
  'x',
  'y',
  '!',
  ' ',
  '"',
  '\\',
  '\n',
  'é',
  '\u{1f600}',
  '=',
  '{',
  '}',
  ',',
  '1',
  '10',
  'ab',
  '\t',
  '\0',
  '#',
];

const labelValue = fc.oneof(
  fc.constantFrom('x', 'x!', 'a', 'b', '0', '9', 'h:1'),
  fc.array(fc.constantFrom(...valueParts), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
);
const sample: fc.Arbitrary<Sample> = fc.record({
  value: fc.constantFrom(
    '0',
    '1',
    '-1',
    '1.5',
    'NaN',
    '+Inf',
    '-Inf',
    '1e+06',
    '1.700000000123e+09',
    '1e-05',
    '123456',
  ),
  timestamp: fc.option(
    fc.integer({ min: 1, max: 30 }).map((n) => String(1_700_000_000_000 + n)),
    { nil: undefined, freq: 8 },
  ),
});

function seriesOf(replicas: number): fc.Arbitrary<Series> {
  return fc.record({
    name: fc.constantFrom(...names),
    own: fc.uniqueArray(fc.tuple(fc.constantFrom(...labelNames), labelValue), {
      maxLength: 4,
      selector: ([name]) => name,
    }),
    samples: fc.array(fc.option(sample, { nil: undefined, freq: 4 }), { minLength: replicas, maxLength: replicas }),
  });
}

/** A shard with `replicas` replicas that differ only in their label `replica`, as they should. */
export const shards: fc.Arbitrary<Shard> = fc.integer({ min: 1, max: 3 }).chain((replicas) =>
  fc.record({
    series: fc
      .uniqueArray(seriesOf(replicas), { maxLength: 30, selector: identity })
      .map((series) => series.filter(({ samples }) => samples.some((one) => one !== undefined))),
    external: fc
      .constantFrom<Record<string, string>>({}, { slave: '0' }, { cluster: 'x', slave: '0' }, { zone: 'q' })
      .map((common) => Array.from({ length: replicas }, (_, i) => ({ ...common, replica: 'abc'[i]! }))),
  }),
);

function identity({ name, own }: Pick<Series, 'name' | 'own'>): string {
  return JSON.stringify([name, ...sortedPairs(own)]);
}

export function sortedPairs(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted(([a], [b]) => compareUtf8(a, b));
}

/** Prometheus' order of series: name, then pairs, the shorter set first. */
function compareSeries(a: Pick<Series, 'name' | 'own'>, b: Pick<Series, 'name' | 'own'>): number {
  const [x, y] = [a, b].map(({ name, own }) => [name, ...sortedPairs(own).flat()]) as [string[], string[]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = compareUtf8(x[i]!, y[i]!);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}

/** What Prometheus puts behind a series' own labels. */
export function appendedPairs(own: readonly Pair[], external: Readonly<Record<string, string>>): Pair[] {
  const all: Record<string, string> = { instance: '', ...external };
  return sortedPairs(Object.entries(all)).filter(([name]) => !own.some((pair) => pair[0] === name));
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
const metricText = (name: string): string => (/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : quoted(name));
const pairText = ([name, value]: Pair): string =>
  `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name)}=${quoted(value)}`;

/** A line as Prometheus writes it. */
export function promLine(name: string, pairs: readonly Pair[], { value, timestamp }: Sample): string {
  const metric = metricText(name);
  const inBraces = pairs.map(pairText);
  if (metric !== name) inBraces.unshift(metric);
  const head = metric === name ? name : '';
  const braces = inBraces.length === 0 ? '' : `{${inBraces.join(',')}}`;
  return `${head}${braces} ${value}${timestamp === undefined ? '' : ` ${timestamp}`}\n`;
}

/** The same line as others may write it: white space, order of labels, trailing comma, quotes, raw line feeds. */
function messyLine(name: string, pairs: readonly Pair[], one: Sample): string {
  const isQuoted = metricText(name) !== name;
  const parts = pairs.map(([label, value], i) => {
    const text = pairText([label, value]);
    if (i % 3 === 1) return text.replace('=', ' =\t').replaceAll('\\n', '\n');
    return i % 3 === 2 && /^[a-z]+=/.test(text) ? text.replace(/^([a-z]+)=/, '"$1"=') : text;
  });
  if (isQuoted) parts.push(metricText(name));
  const braces = `{ ${[...parts, ...(parts.length % 2 === 0 ? ['empty=""'] : [])].join(' , ')}${parts.length > 1 ? ',' : ''}}`;
  return `${isQuoted ? '' : name} `.trimStart() + `${braces}${one.value}\t${one.timestamp ?? ''} \n`;
}

export interface Writing {
  readonly types: boolean;
  readonly shuffled: boolean;
  readonly messy: boolean;
  readonly repeats: boolean;
  readonly seed: number;
}

export const writings: fc.Arbitrary<Writing> = fc.record({
  types: fc.boolean(),
  shuffled: fc.boolean(),
  messy: fc.boolean(),
  repeats: fc.boolean(),
  seed: fc.nat(1000),
});

export const asPrometheus: Writing = { types: true, shuffled: false, messy: false, repeats: false, seed: 0 };

export interface WrittenLine {
  readonly name: string;
  readonly pairs: readonly Pair[];
  readonly sample: Sample;
}

/** The lines of one replica in the order in which it writes them. */
export function linesOf(shard: Shard, replica: number, writing: Writing): WrittenLine[] {
  const sorted = shard.series.toSorted(compareSeries);
  const present = sorted.filter(({ samples }) => samples[replica] !== undefined);
  const ordered = writing.shuffled ? shuffle(present, writing.seed) : present;
  const lines = ordered.map(({ name, own, samples }): WrittenLine => {
    const sortedOwn = sortedPairs(own);
    return { name, pairs: [...sortedOwn, ...appendedPairs(own, shard.external[replica]!)], sample: samples[replica]! };
  });
  if (!writing.repeats) return lines;
  // Some series come twice, with another value: of those Prometheus keeps the first.
  return lines.flatMap((line, i) =>
    (i + writing.seed) % 4 === 0 ? [line, { ...line, sample: { ...line.sample, value: '77' } }] : [line],
  );
}

export function bodyOf(lines: readonly WrittenLine[], writing: Writing): string {
  let text = writing.messy ? '# a comment\n\n \t\n' : '';
  let family = '';
  for (const { name, pairs, sample } of lines) {
    if (writing.types && name !== family) {
      if (writing.messy) text += `# HELP ${metricText(name)} some text\n`;
      text += `# TYPE ${metricText(name)} untyped\n`;
    }
    family = name;
    text += writing.messy ? messyLine(name, pairs, sample) : promLine(name, pairs, sample);
  }
  return writing.messy ? text.replace(/\n$/, '') : text;
}

/** A permutation that depends on nothing but the seed. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed + 1;
  for (let i = shuffled.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const j = state % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}
