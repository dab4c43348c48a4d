import { describe, expect, it } from 'vitest';
import {
  createContributionMemory,
  type ContributionMemory,
} from '../../../../src/federate/rules/contribution-memory.ts';
import { encodeLabelKeys, parseLabelKey } from '../../../../src/federate/rules/label-key.ts';
import type { PartialStream, StreamName } from '../../../../src/federate/rules/partial-aggregates.ts';
import { toTheEnd } from './to-the-end.ts';

const name: StreamName = { rule: 0, kind: 'max', role: 'record', name: 'job:x' };

/** A stream of groups with one cell each. */
function stream(groups: Record<string, number>, timestampMs: number): PartialStream {
  const keys = Object.keys(groups);
  return {
    ...name,
    keys: { bytes: encodeLabelKeys(keys) },
    timestampsMs: Float64Array.from(keys, () => timestampMs),
    states: Float64Array.from(Object.values(groups)),
    offsets: Uint32Array.from({ length: keys.length + 1 }, (_, i) => i),
  };
}

const [aw, ax, by] = ['["a","w"]', '["a","x"]', '["b","y"]'] as const;
// Where order does not matter, any label set will do.
const [a, b] = ['["a","1"]', '["b","1"]'] as const;

const create = (windowMs = 1000): ContributionMemory =>
  createContributionMemory({ lookbackDeltaMs: 300, maxContributions: 100, windowMs: () => windowMs });

const absorb = (memory: ContributionMemory, ...given: Parameters<ContributionMemory['absorb']>): void =>
  toTheEnd(memory.absorb(...given));
const forget = (memory: ContributionMemory, nowMs: number): void => toTheEnd(memory.forget(nowMs));

const slotOf = (memory: ContributionMemory, key: string, shard = 0, of = name): number => {
  const stream = memory.stream(of);
  const group = stream?.groupOf(key);
  return stream === undefined || group === undefined ? -1 : stream.slotOf(group, shard);
};

const stateOf = (memory: ContributionMemory, key: string, shard = 0, of = name): readonly number[] | undefined => {
  const slot = slotOf(memory, key, shard, of);
  if (slot === -1) return undefined;
  const { states } = memory.stream(of)!;
  return [...states.cells(slot)].slice(states.at(slot), of.kind === 'max' ? states.at(slot) + 1 : undefined);
};

describe('createContributionMemory', () => {
  it('keeps groups of a stream by key, in label order', () => {
    const memory = create();
    absorb(memory, 1, stream({ [by]: 2, [ax]: 1 }, 100), { nowMs: 100, number: 1 });
    absorb(memory, 0, stream({ [aw]: 3 }, 100), { nowMs: 100, number: 1 });
    toTheEnd(memory.settle());
    expect(memory.stream(name)!.keys.map(parseLabelKey)).toEqual([
      ['a', 'w'],
      ['a', 'x'],
      ['b', 'y'],
    ]);
    expect(stateOf(memory, ax, 1)).toEqual([1]);
    expect(stateOf(memory, ax, 0)).toBeUndefined();
    expect([...memory.streams()]).toHaveLength(1);
  });

  it('takes a sample without a timestamp as of now, so that a later one replaces it', () => {
    const memory = create();
    absorb(memory, 0, stream({ [a]: 1 }, Infinity), { nowMs: 100, number: 1 });
    absorb(memory, 0, stream({ [a]: 2 }, 99), { nowMs: 110, number: 2 });
    expect(stateOf(memory, a)).toEqual([1]);
    absorb(memory, 0, stream({ [a]: 3 }, 105), { nowMs: 110, number: 3 });
    expect(stateOf(memory, a)).toEqual([3]);
  });

  it('expects a shard on that sends what is too old to be taken', () => {
    const memory = create(0);
    absorb(memory, 0, stream({ [a]: 1 }, 100), { nowMs: 100, number: 1 });
    absorb(memory, 0, stream({ [a]: 2 }, 50), { nowMs: 399, number: 2 });
    forget(memory, 699);
    expect(stateOf(memory, a)).toEqual([1]);
    forget(memory, 700);
    expect(stateOf(memory, a)).toBeUndefined();
  });

  it('takes a contribution that came now as usable however old it is, a kept one until lookback_delta', () => {
    const memory = create();
    absorb(memory, 0, stream({ [a]: 1 }, -5000), { nowMs: 100, number: 1 });
    absorb(memory, 0, stream({ [b]: 1 }, 100), { nowMs: 100, number: 1 });
    const usable = (key: string, nowMs: number, number: number): boolean =>
      memory.stream(name)!.isUsable(slotOf(memory, key), { nowMs, number });
    expect([usable(a, 100, 1), usable(a, 101, 2)]).toEqual([true, false]);
    expect([usable(b, 399, 2), usable(b, 400, 2)]).toEqual([true, false]);
  });

  it('counts the age of what a clock ahead of ours sends from when it came last', () => {
    const memory = create();
    absorb(memory, 0, stream({ [a]: 1 }, 90_000), { nowMs: 100, number: 1 });
    absorb(memory, 0, stream({ [a]: 2 }, 90_001), { nowMs: 300, number: 2 });
    absorb(memory, 0, stream({ [a]: 3 }, 299), { nowMs: 599, number: 3 });
    expect(stateOf(memory, a)).toEqual([2]);
    absorb(memory, 0, stream({ [a]: 3 }, 300), { nowMs: 599, number: 4 });
    expect(stateOf(memory, a)).toEqual([3]);
  });

  it('takes states that grow and shrink', () => {
    const memory = create();
    const buckets: StreamName = { ...name, kind: 'buckets' };
    for (const [number, state] of [[1, 2, 3], [4], [5, 6]].entries()) {
      const states = Float64Array.from(state);
      const offsets = Uint32Array.of(0, state.length);
      absorb(memory, 0, { ...stream({ [a]: 0 }, number), ...buckets, states, offsets }, { nowMs: number, number });
      expect(stateOf(memory, a, 0, buckets)).toEqual(state);
    }
  });

  it('forgets shards, then groups, then streams', () => {
    const memory = create();
    absorb(memory, 0, stream({ [a]: 1, [b]: 1 }, 0), { nowMs: 0, number: 1 });
    absorb(memory, 1, stream({ [a]: 2 }, 500), { nowMs: 500, number: 2 });
    forget(memory, 1000);
    expect(memory.stream(name)!.size).toBe(2);
    forget(memory, 1001);
    toTheEnd(memory.settle());
    expect(memory.stream(name)!.keys).toEqual([a]);
    expect([stateOf(memory, a, 0), stateOf(memory, a, 1)]).toEqual([undefined, [2]]);
    forget(memory, 1501);
    expect(memory.stream(name)).toBeUndefined();
  });
});
