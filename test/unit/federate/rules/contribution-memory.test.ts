import { describe, expect, it } from 'vitest';
import {
  createContributionMemory,
  type ContributionMemory,
} from '../../../../src/federate/rules/contribution-memory.ts';
import type { PartialStream, StreamName } from '../../../../src/federate/rules/partial-aggregates.ts';

const name: StreamName = { rule: 0, kind: 'max', role: 'record', name: 'job:x' };

/** A stream of groups with one cell each. */
function stream(groups: Record<string, number>, timestampMs: number): PartialStream {
  const keys = Object.keys(groups);
  return {
    ...name,
    keys,
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

const stateOf = (memory: ContributionMemory, key: string, shard = 0): readonly number[] | undefined =>
  memory.stream(name)?.groups.get(key)?.contributions[shard]?.state;

describe('createContributionMemory', () => {
  it('keeps groups of a stream by key, in label order', () => {
    const memory = create();
    memory.absorb(1, stream({ [by]: 2, [ax]: 1 }, 100), { nowMs: 100, number: 1 });
    memory.absorb(0, stream({ [aw]: 3 }, 100), { nowMs: 100, number: 1 });
    expect(
      memory
        .stream(name)!
        .sorted()
        .map(({ labels }) => labels),
    ).toEqual([
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
    memory.absorb(0, stream({ [a]: 1 }, Infinity), { nowMs: 100, number: 1 });
    memory.absorb(0, stream({ [a]: 2 }, 99), { nowMs: 110, number: 2 });
    expect(stateOf(memory, a)).toEqual([1]);
    memory.absorb(0, stream({ [a]: 3 }, 105), { nowMs: 110, number: 3 });
    expect(stateOf(memory, a)).toEqual([3]);
  });

  it('expects a shard on that sends what is too old to be taken', () => {
    const memory = create(0);
    memory.absorb(0, stream({ [a]: 1 }, 100), { nowMs: 100, number: 1 });
    memory.absorb(0, stream({ [a]: 2 }, 50), { nowMs: 399, number: 2 });
    memory.forget(699);
    expect(stateOf(memory, a)).toEqual([1]);
    memory.forget(700);
    expect(stateOf(memory, a)).toBeUndefined();
  });

  it('takes a contribution that came now as usable however old it is, a kept one until lookback_delta', () => {
    const memory = create();
    memory.absorb(0, stream({ [a]: 1 }, -5000), { nowMs: 100, number: 1 });
    memory.absorb(0, stream({ [b]: 1 }, 100), { nowMs: 100, number: 1 });
    const usable = (key: string, nowMs: number, number: number): boolean =>
      memory.isUsable(memory.stream(name)!.groups.get(key)!.contributions[0]!, { nowMs, number });
    expect([usable(a, 100, 1), usable(a, 101, 2)]).toEqual([true, false]);
    expect([usable(b, 399, 2), usable(b, 400, 2)]).toEqual([true, false]);
  });

  it('counts the age of what a clock ahead of ours sends from when it came last', () => {
    const memory = create();
    memory.absorb(0, stream({ [a]: 1 }, 90_000), { nowMs: 100, number: 1 });
    memory.absorb(0, stream({ [a]: 2 }, 90_001), { nowMs: 300, number: 2 });
    memory.absorb(0, stream({ [a]: 3 }, 599), { nowMs: 599, number: 3 });
    expect(stateOf(memory, a)).toEqual([2]);
    memory.absorb(0, stream({ [a]: 3 }, 600), { nowMs: 600, number: 4 });
    expect(stateOf(memory, a)).toEqual([3]);
  });

  it('takes states that grow and shrink', () => {
    const memory = create();
    for (const [number, state] of [[1, 2, 3], [4], [5, 6]].entries()) {
      const states = Float64Array.from(state);
      const offsets = Uint32Array.of(0, state.length);
      memory.absorb(0, { ...stream({ [a]: 0 }, number), states, offsets }, { nowMs: number, number });
      expect(stateOf(memory, a)).toEqual(state);
    }
  });

  it('forgets shards, then groups, then streams', () => {
    const memory = create();
    memory.absorb(0, stream({ [a]: 1, [b]: 1 }, 0), { nowMs: 0, number: 1 });
    memory.absorb(1, stream({ [a]: 2 }, 500), { nowMs: 500, number: 2 });
    memory.forget(1000);
    expect(memory.stream(name)!.groups.size).toBe(2);
    memory.forget(1001);
    expect([...memory.stream(name)!.groups.keys()]).toEqual([a]);
    expect([stateOf(memory, a, 0), stateOf(memory, a, 1)]).toEqual([undefined, [2]]);
    memory.forget(1501);
    expect(memory.stream(name)).toBeUndefined();
  });
});
