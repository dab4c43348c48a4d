import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JoinKernel } from '../../../src/federate/join/kernel/join-kernel.ts';
import type { ShardJoinOptions } from '../../../src/federate/join/join-options.ts';
import { compareUtf8 } from '../../../src/model/compare-utf8.ts';
import { defaultOptions, type Feeding, runJoin } from './run-join.ts';

const nowMs = 1_700_000_000_000;

/** Each of the usual ones, and one time in `odds` one that needs a closer look. */
const usually = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, odds: number): fc.Arbitrary<T> =>
  odds === Infinity ? usual : fc.oneof({ weight: odds - 1, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** Values that differ late, early, in length; in an escape, or beyond ASCII. */
const labelValue = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 120 }).map((n) => `host-${n}.example.com:9100`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('a', 'ab', 'abc', 'abcdefghijklmnopqrstuvwxyz0123456789', '/', 'x y', '~', '0'),
  },
);
const oddLabelValue = fc.constantFrom('', 'é', '\\"', '\\\\', '\\n', '{}', '} 1', 'x'.repeat(90));
const value = fc.oneof(
  fc.nat().map(String),
  fc.integer({ min: -1e9, max: 1e9 }).map((n) => String(n / 1000)),
  fc.constantFrom('NaN', '+Inf', '-Inf', '1e+06', '1.5e-07', '-0'),
);
const oddValue = fc.constantFrom('1e+300', '1E5', '0x1p3', '1_0', '.5', 'nan', '-', '');
const timestamp = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0, 1, 15_000).map((ms) => ` ${nowMs - ms}`) },
  { weight: 1, arbitrary: fc.nat(1_000_000).map((ms) => ` ${nowMs + 200_000 - ms}`) },
);
const oddTimestamp = fc.constantFrom('', ' 999', ' 17000000000000', ' 170000000000x', ' 1700000000000 ', ' -1');
const seriesOf = (odds: number) => {
  const label = usually(labelValue, oddLabelValue, odds);
  const sample = fc.record({
    value: usually(value, oddValue, odds),
    timestamp: usually(timestamp, oddTimestamp, odds),
  });
  return fc.record({
    values: fc.tuple(label, label, label),
    /** Whether a replica has it; most do. */
    has: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 30 }).map((n) => n > 0))),
    samples: fc.tuple(...[0, 1, 2].map(() => sample)),
  });
};
/** The names of own labels; some are also names of external ones. */
const ownNames = fc.constantFrom(
  ['a', 'b', 'c'],
  ['handler', 'instance', 'job'],
  ['a', 'slave', 'z'],
  ['a', 'replica', 'z'],
);
const fleetOf = (odds: number) =>
  fc.record({
    replicas: fc.integer({ min: 1, max: 3 }),
    families: fc.array(
      fc.record({
        names: ownNames,
        count: fc.integer({ min: 1, max: 3 }),
        series: fc.array(seriesOf(odds), { minLength: 1, maxLength: 80, size: 'max' }),
        /** Where a line stands before the one it belongs behind, or stands twice; mostly nowhere. */
        swapped: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(40) }),
        repeated: fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(40) }),
        type: fc.constantFrom('gauge', 'gauge', 'gauge', 'counter', 'histogram'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
const fleet = fc.oneof(fleetOf(Infinity), fleetOf(Infinity), fleetOf(300), fleetOf(20));
type Fleet = typeof fleet extends fc.Arbitrary<infer T> ? T : never;
type Family = Fleet['families'][number];

const settings = fc.record({
  attached: fc.constantFrom<Record<string, string>>({ slave: '0' }, { slave: '0', region: 'eu' }, {}),
  watermarkMs: fc.constantFrom(-Infinity, -Infinity, nowMs - 14_000, nowMs - 1),
  aheadFromMs: fc.constantFrom(Infinity, nowMs + 30_000),
  sampleMask: fc.constantFrom(-1, -1, 3, 0),
  maxLineBytes: fc.constantFrom(0, 0, 0, 0, 0, 150),
  maxLabelValueBytes: fc.constantFrom(0, 0, 0, 0, 0, 30),
  maxLabelsPerSeries: fc.constantFrom(0, 0, 0, 0, 0, 5),
  blockBytes: fc.constantFrom(300, 1000, 65_536),
  pieceBytes: fc.constantFrom(97, 1500, 4096, 1 << 20),
  leader: fc.nat(2),
});

const external = (replica: number): Record<string, string> => ({ replica: 'abc'[replica]!, slave: '0' });

/** As Prometheus writes it, but for what the samples are. */
function bodyOf({ families }: Fleet, replica: number): string {
  return families.map((family, i) => `# TYPE m${i} ${family.type}\n${linesOf(family, `m${i}`, replica)}`).join('');
}

function linesOf({ names, count, series, swapped, repeated }: Family, name: string, replica: number): string {
  const own: readonly string[] = names.slice(0, count);
  const sorted = series.toSorted((a, b) =>
    compareUtf8(a.values.slice(0, count).join('\0'), b.values.slice(0, count).join('\0')),
  );
  const appended = Object.entries({ instance: '', ...external(replica) }).filter(([label]) => !own.includes(label));
  const behind = appended.sort(([a], [b]) => compareUtf8(a, b)).map(([label, text]) => `${label}="${text}"`);
  const lines = sorted
    .filter(({ has }) => has[replica])
    .map(({ values, samples }) => {
      const pairs = [...own.map((label, i) => `${label}="${values[i]}"`), ...behind];
      const { value, timestamp } = samples[replica]!;
      return `${name}{${pairs.join(',')}} ${value}${timestamp}\n`;
    });
  if (repeated >= 0) lines.splice(repeated, 0, ...lines.slice(repeated, repeated + 1));
  if (swapped >= 0) lines.splice(swapped, 2, ...lines.slice(swapped, swapped + 2).toReversed());
  return lines.join('');
}

function cutAt(bytes: number): NonNullable<Feeding['cut']> {
  return (body) =>
    Array.from({ length: Math.ceil(body.length / bytes) }, (_, i) => body.subarray(i * bytes, (i + 1) * bytes));
}

function optionsOf(
  { replicas }: Fleet,
  one: typeof settings extends fc.Arbitrary<infer T> ? T : never,
): ShardJoinOptions {
  const { attached, leader, maxLineBytes, maxLabelValueBytes, maxLabelsPerSeries, ...gate } = one;
  return {
    ...defaultOptions,
    ...gate,
    replicas: Array.from({ length: replicas }, (_, i) => ({ externalLabels: external(i), order: 'sorted' as const })),
    leader: leader % replicas,
    attachedLabels: attached,
    shardLabels: attached,
    limits: { maxLineBytes, maxLabelValueBytes, maxLabelsPerSeries, maxBufferedBytes: 0 },
  };
}

it('the kernel joins lines as the join does without it', () => {
  const kernel = new JoinKernel();
  let joined = 0;
  const counting = new Proxy(kernel, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key);
      if (key !== 'join') return found;
      return (job: Parameters<JoinKernel['join']>[0]) => {
        const lines = target.join(job);
        joined += lines?.lines ?? 0;
        return lines;
      };
    },
  });
  let all = 0;
  fc.assert(
    fc.property(fleet, settings, (one, setting) => {
      const bodies = Array.from({ length: one.replicas }, (_, replica) => bodyOf(one, replica));
      const feeding = { cut: cutAt(setting.pieceBytes), blockBytes: setting.blockBytes };
      const options = optionsOf(one, setting);
      const plain = runJoin({ ...options, kernel: undefined }, bodies, feeding);
      const fast = runJoin({ ...options, kernel: counting }, bodies, feeding);
      expect(fast).toEqual(plain);
      all += plain.summary.seriesOut;
    }),
    { numRuns: 400 },
  );
  expect(joined).toBeGreaterThan(all / 20);
});
