import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashLabelSet } from '../../../src/exposition/text/label-set-hash.ts';
import type { ShardJoinOptions } from '../../../src/federate/join/join-options.ts';
import { compareUtf8 } from '../../../src/model/compare-utf8.ts';
import { asPrometheus, bodyOf, linesOf, type Shard, shards, type Writing, writings } from './fleet-model.ts';
import { naiveJoin } from './naive-join.ts';
import { defaultOptions, type JoinRun, randomCuts, runJoin } from './run-join.ts';

const times = fc.constantFrom(-Infinity, 1_700_000_000_010, 1_700_000_000_020);
const settings = fc.record({
  attached: fc.constantFrom<Record<string, string>>({}, { slave: '0' }, { slave: '0', region: 'eu' }),
  leader: fc.nat(2),
  watermarkMs: times,
  newestGivenMs: times,
  cuts: fc.nat(1000),
  isTold: fc.boolean(),
});

interface Case {
  readonly shard: Shard;
  readonly writings: readonly Writing[];
  readonly setting: typeof settings extends fc.Arbitrary<infer T> ? T : never;
}

/** A series that has an external or an attached label itself may come in another place than its key has. */
const ownsNoExternal = ({ shard, setting }: Case): boolean =>
  shard.series.every(({ own }) =>
    [...shard.external, setting.attached].every((labels) => own.every(([name, value]) => labels[name] !== value)),
  );

const cases = (writing: fc.Arbitrary<Writing>): fc.Arbitrary<Case> =>
  fc.record({ shard: shards, writings: fc.array(writing, { minLength: 3, maxLength: 3 }), setting: settings });

function optionsOf(
  { shard, writings: styles, setting }: Case,
  order: ShardJoinOptions['replicas'][number]['order'],
): ShardJoinOptions {
  return {
    ...defaultOptions,
    replicas: shard.external.map((externalLabels, i) => ({
      externalLabels,
      order: styles[i] === asPrometheus ? order : 'unsorted',
    })),
    leader: setting.leader % shard.external.length,
    watermarkMs: setting.watermarkMs,
    newestGivenMs: setting.newestGivenMs,
    attachedLabels: setting.attached,
    shardLabels: setting.attached,
  };
}

function bodies({ shard, writings: styles }: Case): string[] {
  return shard.external.map((_, i) => bodyOf(linesOf(shard, i, styles[i]!), styles[i]!));
}

function naive(one: Case): string[] {
  const { shard, writings: styles, setting } = one;
  return naiveJoin(
    shard.external.map((_, i) => linesOf(shard, i, styles[i]!)),
    {
      external: shard.external,
      replicaLabels: ['replica'],
      attached: setting.attached,
      leader: setting.leader % shard.external.length,
      watermarkMs: setting.watermarkMs,
      newestGivenMs: setting.newestGivenMs,
    },
  );
}

/** The lines that left; a line never holds a raw line feed. */
const linesOut = (run: JoinRun): string[] => run.text.split(/(?<=\n)/).filter((line) => line !== '');
const sorted = (lines: readonly string[]): string[] => lines.toSorted(compareUtf8);

function expectFamiliesInOrder(run: JoinRun): void {
  const families = run.segments.map(({ family }) => family).filter((family, i, all) => family !== all[i - 1]);
  expect(families).toEqual([...new Set(families)].sort(compareUtf8));
}

const runs = { numRuns: 300 };

describe('join of sorted replicas', () => {
  it.each(['sorted', 'unknown', 'unsorted'] as const)('equals a table of series, order %s', (order) => {
    fc.assert(
      fc.property(cases(fc.constant(asPrometheus)).filter(ownsNoExternal), (one) => {
        const run = runJoin(optionsOf(one, order), bodies(one), { cut: randomCuts(one.setting.cuts), blockBytes: 300 });
        expect(run.status).toBe('done');
        expect(sorted(linesOut(run))).toEqual(sorted(naive(one)));
        expectFamiliesInOrder(run);
      }),
      runs,
    );
  });
});

describe('join of replicas in any order and form', () => {
  it('equals a table of series', () => {
    fc.assert(
      fc.property(cases(writings), (one) => {
        const run = runJoin(optionsOf(one, 'unsorted'), bodies(one), { cut: randomCuts(one.setting.cuts) });
        expect(run.status).toBe('done');
        expect(sorted(linesOut(run))).toEqual(sorted(naive(one)));
        expectFamiliesInOrder(run);
      }),
      runs,
    );
  });

  it('gives the same bytes for any chunking', () => {
    fc.assert(
      fc.property(cases(writings), fc.nat(1000), (one, cuts) => {
        const options = optionsOf(one, 'unknown');
        const whole = runJoin(options, bodies(one));
        const cut = runJoin(options, bodies(one), { cut: randomCuts(cuts), blockBytes: 256 });
        expect(cut.text).toBe(whole.text);
        expect(cut.summary).toEqual(whole.summary);
      }),
      runs,
    );
  });

  it('does not depend on the order in which replicas are listed, but for ties', () => {
    fc.assert(
      fc.property(cases(writings), (one) => {
        const options = optionsOf(one, 'unsorted');
        const forward = runJoin(options, bodies(one));
        const last = options.replicas.length - 1;
        const reversed = { ...options, replicas: options.replicas.toReversed(), leader: last - options.leader };
        const backward = runJoin(reversed, bodies(one).toReversed());
        const untied = (run: JoinRun): string[] =>
          linesOut(run).map((line) => line.replace(/ \S+( 17000\d{8})?\n$/, '$1'));
        expect(untied(backward)).toEqual(untied(forward));
      }),
      runs,
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(cases(writings), (one) => {
        const first = runJoin({ ...optionsOf(one, 'unsorted') }, bodies(one));
        const { replica: _, ...common } = one.shard.external[0]!;
        const labels = { ...one.setting.attached, ...common };
        const again = runJoin(
          {
            ...defaultOptions,
            replicas: [
              { externalLabels: labels, order: 'unsorted' },
              { externalLabels: labels, order: 'unsorted' },
            ],
            attachedLabels: one.setting.attached,
          },
          [first.text, first.text],
        );
        expect(sorted(linesOut(again))).toEqual(sorted(linesOut(first)));
      }),
      runs,
    );
  });

  it('hashes every line as hashLabelSet does', () => {
    fc.assert(
      fc.property(cases(writings), (one) => {
        const run = runJoin(optionsOf(one, 'unsorted'), bodies(one));
        for (const { text, family, hashes } of run.segments) {
          const lines = text.split(/(?<=\n)/);
          expect(hashes).toEqual(lines.map((line) => hashOf(line, family)));
        }
      }),
      runs,
    );
  });
});

/** Of a line in canonical form. */
function hashOf(line: string, family: string): string {
  const labels = [
    ...line.replace(/^\{"(?:[^"\\]|\\.)*",?/, '').matchAll(/(?:(\w+)|"((?:[^"\\]|\\.)*)")="((?:[^"\\]|\\.)*)"/g),
  ].flatMap(([, bare, quoted, value]) => [bare ?? unescape(quoted!), unescape(value!)]);
  const [low, high] = hashLabelSet(family, labels);
  return String((BigInt(high) << 32n) | BigInt(low));
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
