import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOAT, type RawSeries } from '../../../src/model/raw-series.ts';
import { mergeReplicaSamples } from '../../../src/query/replicas/merge-samples.ts';

const intervalMs = 15_000;
const scrapes = 60;

interface Replica {
  /** Of its scrapes within an interval, ms. */
  readonly offsetMs: number;
  /** Scrapes that it missed: first and number. */
  readonly holes: readonly (readonly [first: number, length: number])[];
}

const holes = fc.array(fc.tuple(fc.nat(scrapes - 1), fc.integer({ min: 1, max: 12 })), { maxLength: 4 });
const replica: fc.Arbitrary<Replica> = fc.record({ offsetMs: fc.nat(intervalMs - 1), holes });
/** How much a counter moves in each interval; a reset where it is negative. */
const steps = fc.array(fc.integer({ min: -1, max: 50 }), { minLength: scrapes + 2, maxLength: scrapes + 2 });

/** Value of a counter at a time: it moves evenly within an interval, or falls to nothing at its end. */
function truth(moves: readonly number[], atMs: number): number {
  const whole = Math.floor(atMs / intervalMs);
  let value = 0;
  for (let i = 0; i < whole; i++) value = moves[i]! < 0 ? 0 : value + moves[i]!;
  return value + Math.max(0, moves[whole]!) * ((atMs % intervalMs) / intervalMs);
}

function isMissed({ holes: missed }: Replica, scrape: number): boolean {
  return missed.some(([first, length]) => scrape >= first && scrape < first + length);
}

function seriesOf(one: Replica, moves: readonly number[]): RawSeries {
  const seen = Array.from({ length: scrapes }, (_, i) => i).filter((i) => !isMissed(one, i));
  const timestampsMs = Float64Array.from(seen, (i) => i * intervalMs + one.offsetMs);
  const values = timestampsMs.map((atMs) => truth(moves, atMs));
  return { labels: ['__name__', 'x_total'], timestampsMs, values, kinds: new Uint8Array(seen.length).fill(FLOAT) };
}

const merge = (replicas: readonly RawSeries[]): RawSeries => mergeReplicaSamples(['__name__', 'x_total'], replicas);
const samplesOf = ({ timestampsMs, values }: RawSeries): Map<number, number> =>
  new Map([...timestampsMs].map((t, i) => [t, values[i]!]));

describe('replicas that scrape for themselves', () => {
  const fleet = fc.record({ replicas: fc.array(replica, { minLength: 2, maxLength: 4 }), moves: steps });

  it('make a series of their own samples, in strictly ascending order, that has all of the leader’s', () => {
    fc.assert(
      fc.property(fleet, ({ replicas, moves }) => {
        const inputs = replicas.map((one) => seriesOf(one, moves));
        const { timestampsMs, values } = merge(inputs);
        const known = new Map(inputs.flatMap((one) => [...samplesOf(one)]));
        for (let i = 0; i < timestampsMs.length; i++) {
          if (i > 0) expect(timestampsMs[i]).toBeGreaterThan(timestampsMs[i - 1]!);
          expect(values[i]).toBe(known.get(timestampsMs[i]!));
        }
        for (const atMs of inputs[0]!.timestampsMs) expect(timestampsMs).toContain(atMs);
      }),
    );
  });

  it('never make a counter fall where it did not', () => {
    fc.assert(
      fc.property(fleet, ({ replicas, moves }) => {
        const { timestampsMs, values } = merge(replicas.map((one) => seriesOf(one, moves)));
        for (let i = 1; i < values.length; i++) {
          const [from, to] = [timestampsMs[i - 1]! / intervalMs, timestampsMs[i]! / intervalMs];
          const wasReset = moves.some((move, k) => move < 0 && k + 1 > from && k + 1 <= to);
          if (!wasReset) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]!);
        }
      }),
    );
  });

  it('leave no hole in which a replica had samples, but for two intervals at its edges', () => {
    fc.assert(
      fc.property(fleet, ({ replicas, moves }) => {
        // Without resets: a fill may be left out for the sake of one.
        const rising = moves.map(Math.abs);
        const inputs = replicas.map((one) => seriesOf(one, rising));
        fc.pre(inputs.every(({ timestampsMs }) => timestampsMs.length > 30));
        const { timestampsMs } = merge(inputs);
        const edges = [-Infinity, ...timestampsMs, Infinity];
        for (let i = 1; i < edges.length; i++) {
          const isInside = (t: number): boolean => t > edges[i - 1]! + 2 * intervalMs && t < edges[i]! - 2 * intervalMs;
          for (const one of inputs) expect([...one.timestampsMs].filter(isInside)).toEqual([]);
        }
      }),
    );
  });

  it('change nothing of a leader without holes', () => {
    fc.assert(
      fc.property(fleet, ({ replicas, moves }) => {
        const [first, ...followers] = replicas.map((one, i) => seriesOf(i === 0 ? { ...one, holes: [] } : one, moves));
        const inside = (one: RawSeries): RawSeries => {
          const kept = [...one.timestampsMs].filter(
            (t) => t >= first!.timestampsMs[0]! && t <= first!.timestampsMs.at(-1)!,
          );
          const from = one.timestampsMs.indexOf(kept[0]!);
          const [a, b] = kept.length === 0 ? [0, 0] : [from, from + kept.length];
          return {
            ...one,
            timestampsMs: one.timestampsMs.slice(a, b),
            values: one.values.slice(a, b),
            kinds: one.kinds!.slice(a, b),
          };
        };
        expect(samplesOf(merge([first!, ...followers.map(inside)]))).toEqual(samplesOf(first!));
      }),
    );
  });
});

describe('replicas that hold copies of the same samples', () => {
  it('make their union, in any order', () => {
    fc.assert(
      fc.property(holes, holes, fc.nat(intervalMs - 1), steps, (first, second, offsetMs, moves) => {
        const [a, b] = [first, second].map((missed) => seriesOf({ offsetMs, holes: missed }, moves));
        const shared = [...a!.timestampsMs].filter((t) => b!.timestampsMs.includes(t)).length;
        fc.pre(shared * 2 >= Math.min(a!.timestampsMs.length, b!.timestampsMs.length) && shared > 0);
        const union = new Map([...samplesOf(a!), ...samplesOf(b!)].toSorted(([x], [y]) => x - y));
        expect([...samplesOf(merge([a!, b!]))]).toEqual([...union]);
        expect([...samplesOf(merge([b!, a!]))]).toEqual([...union]);
      }),
    );
  });
});
