import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareUtf8 } from '../../../src/model/compare-utf8.ts';
import { defaultOptions, runJoin } from './run-join.ts';

const nowMs = 1_700_000_000_000;
const suffixes = ['_bucket', '_count', '_sum'];

const bases = fc.constantFrom('m', 'm_a', 'm_sum');

/** A series, whom of three replicas it is, and how each gives it. */
const series = fc.record({
  base: bases,
  suffix: fc.constantFrom('', ...suffixes, '_total'),
  a: fc.constantFrom('1', '2', '3'),
  has: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});
/**
 * By replica: the metrics of these bases are histograms; or given twice, as native histograms and as classic ones; or the
 * histograms have floats of the same name between them.
 */
const announced = fc.dictionary(bases, fc.constantFrom('histogram', 'both', 'turns'));
const fleet = fc.record({
  series: fc.uniqueArray(series, { maxLength: 20, selector: ({ base, suffix, a }) => `${base}${suffix} ${a}` }),
  announced: fc.tuple(announced, announced, announced),
  replicas: fc.integer({ min: 1, max: 3 }),
  leader: fc.nat(2),
  order: fc.constantFrom('sorted', 'unknown', 'unsorted'),
  cutAt: fc.integer({ min: 1, max: 60 }),
});
type Fleet = typeof fleet extends fc.Arbitrary<infer T> ? T : never;

interface Line {
  readonly type: string;
  readonly a: string;
  readonly key: string;
}

function bodyOf({ series: all, announced: by }: Fleet, replica: number): string {
  const families = new Map<string, Line[]>();
  const add = (family: string, line: Line): unknown => families.set(family, [...(families.get(family) ?? []), line]);
  for (const { base, suffix, a, has } of all) {
    if (!has[replica]) continue;
    const line = { type: 'untyped', a, key: `${base}${suffix}{a="${a}"` };
    const as = suffix === '_total' ? undefined : by[replica]![base];
    if (as === 'turns') add(base, { ...line, type: suffix === '' ? 'untyped' : 'histogram' });
    else if (as !== undefined) add(base, { ...line, type: 'histogram' });
    if (as === undefined || as === 'both') add(base + suffix, line);
  }
  const tail = `,instance="",replica="${replica}",slave="0"} 1 ${nowMs}\n`;
  const sorted = [...families].sort(([x], [y]) => compareUtf8(x, y));
  return sorted.map(([name, lines]) => blockOf(name, lines, tail)).join('');
}

/** As Prometheus writes them: by label set, each change of type announced. */
function blockOf(name: string, lines: readonly Line[], tail: string): string {
  const sorted = lines.toSorted((x, y) => compareUtf8(x.a, y.a));
  return sorted.map(({ type, key }) => `# TYPE ${name} ${type}\n${key}${tail}`).join('');
}

it('a series leaves once, whether replicas take it for a part of a histogram or for one of its own', () => {
  fc.assert(
    fc.property(fleet, (found) => {
      const indices = [...Array(found.replicas).keys()];
      const cut = (body: Uint8Array): Uint8Array[] =>
        Array.from({ length: Math.ceil(body.length / found.cutAt) }, (_, i) =>
          body.subarray(i * found.cutAt, (i + 1) * found.cutAt),
        );
      const run = runJoin(
        {
          ...defaultOptions,
          replicas: indices.map((i) => ({ externalLabels: { replica: `${i}`, slave: '0' }, order: found.order })),
          leader: found.leader % found.replicas,
          shardLabels: { slave: '0' },
        },
        indices.map((i) => bodyOf(found, i)),
        { cut },
      );
      const expected = found.series
        .filter(({ has }) => indices.some((i) => has[i]))
        .map(({ base, suffix, a }) => `${base}${suffix}{a="${a}",instance="",slave="0"} 1 ${nowMs}\n`);
      expect(run.status).toBe('done');
      expect(
        run.text
          .split(/(?<=\n)/)
          .filter((line) => line !== '')
          .sort(),
      ).toEqual(expected.sort());
      expect(run.summary.seriesOut).toBe(expected.length);
      expect(run.summary.replicas.map(({ result }) => result)).toEqual(indices.map(() => 'complete'));
    }),
    { numRuns: 1000 },
  );
});
