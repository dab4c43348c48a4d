import { describe, expect, it } from 'vitest';
import { nameKey } from '../../../../src/federate/join/name-key.ts';
import type { ShardJoinOptions } from '../../../../src/federate/join/join-options.ts';
import { body, died, Fed, line, replica, type } from './shard-fixture.ts';

const names = ['f', 'g', 'h'];
const series = 20;

/** Some series of a family, from one on to before another. */
const some = (name: string, from: number, to: number): ((of: string) => string)[] => [
  type(name),
  ...Array.from({ length: to - from }, (_, i) => line(name, `a="${String(from + i).padStart(2, '0')}"`, '1 100')),
];
const whole = (of: string): string => body(of, ...names.flatMap((name) => some(name, 0, series)));

const expectation: NonNullable<ShardJoinOptions['expectation']> = {
  families: { keys: Float64Array.from(names, nameKey), series: Uint32Array.from(names, () => series) },
  maxMissingRatio: 0.1,
  siblings: [1],
};

/** A join of which only the leader was started, in a shard that gave all families whole before. */
function expecting(over: Partial<ShardJoinOptions> = {}): Fed {
  const replicas = [replica('a'), replica('b', { isStarted: false })];
  return new Fed({ replicas, expectation, ...over });
}

const asked = { kind: 'need', replicas: [1], ready: [0] };

function finishWith(fed: Fed): void {
  fed.join.start(1);
  fed.push(1, whole('b'));
  fed.join.end(1);
  expect(fed.advance()).toEqual({ kind: 'done' });
}

const seriesOf = (text: string): string[] => [...text.matchAll(/^(\w)\{a="(\d+)"/gm)].map(([, f, a]) => `${f}${a}`);
const all = names.flatMap((name) => Array.from({ length: series }, (_, i) => `${name}${String(i).padStart(2, '0')}`));

describe('a leader that is read alone', () => {
  it.each<[string, ((of: string) => string)[]]>([
    ['gives nothing', []],
    ['lacks the first family', [...some('g', 0, series), ...some('h', 0, series)]],
    ['lacks the last family', [...some('f', 0, series), ...some('g', 0, series)]],
    ['lacks a part of a family', [...some('f', 3, 12), ...some('g', 0, series), ...some('h', 0, series)]],
    ['lacks a part of each', names.flatMap((name) => some(name, 5, series))],
  ])('is filled from a sibling, family by family in their order, where it %s', (_, lines) => {
    const fed = expecting();
    fed.push(0, body('a', ...lines));
    fed.join.end(0);
    expect(fed.advance()).toEqual(asked);
    finishWith(fed);
    expect(seriesOf(fed.text).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(all);
    expect(seriesOf(fed.text).map(([name]) => name)).toEqual(all.map(([name]) => name));
    const { counted, leader, status } = fed.join.summary();
    expect({ leader, status }).toEqual({ leader: 0, status: 'complete' });
    expect(counted).toEqual({
      families: { keys: expectation.families!.keys, series: Uint32Array.of(series, series, series) },
      isShort: true,
    });
  });

  it('is believed where it has what it had', () => {
    const fed = expecting();
    fed.push(0, whole('a'));
    fed.join.end(0);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.join.summary().counted).toMatchObject({ isShort: false });
    expect(fed.join.summary().replicas[1]!.result).toBe('unused');
  });

  it('is believed where nothing is remembered, and counted', () => {
    const fed = expecting({ expectation: { ...expectation, families: undefined } });
    fed.push(0, body('a', ...some('g', 0, 7)));
    fed.join.end(0);
    expect(fed.advance()).toEqual({ kind: 'done' });
    expect(fed.join.summary().counted).toEqual({
      families: { keys: Float64Array.of(nameKey('g')), series: Uint32Array.of(7) },
      isShort: false,
    });
  });

  it('goes on alone where the sibling fails, and where none may be asked', () => {
    const failing = expecting();
    const alone = expecting({ expectation: { ...expectation, siblings: [] } });
    for (const fed of [failing, alone]) {
      fed.push(0, body('a', ...some('g', 0, 7)));
      fed.join.end(0);
    }
    expect(failing.advance()).toEqual(asked);
    failing.join.start(1);
    failing.join.fail(1, died);
    for (const fed of [failing, alone]) {
      expect(fed.advance()).toEqual({ kind: 'done' });
      expect(seriesOf(fed.text)).toHaveLength(7);
      expect(fed.join.summary().counted?.isShort).toBe(true);
    }
  });

  it('does not count series that are kept apart', () => {
    const fed = expecting({ keepReplicas: 'all', expectation: { ...expectation, families: undefined } });
    fed.push(0, whole('a'));
    fed.join.end(0);
    fed.advance();
    expect(fed.join.summary().counted?.families.series).toEqual(Uint32Array.of(0, 0, 0));
  });
});
