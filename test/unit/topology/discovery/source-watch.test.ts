import { describe, expect, it } from 'vitest';
import type { DiscoveredTarget } from '../../../../src/topology/discovery/discovered-target.ts';
import { watchSource } from '../../../../src/topology/discovery/source-watch.ts';
import { createFakeTime, settle } from './fake-time.ts';

const config = { kind: 'file', files: ['/sd/*.yml'], refreshIntervalMs: 60_000 } as const;
const target = (address: string): DiscoveredTarget => ({ address, labels: {} });

/** A source whose parts give or throw what the test says. */
function setUp(first: Readonly<Record<string, readonly string[] | Error>> | Error) {
  const time = createFakeTime();
  const state = { content: first, reads: 0, changes: 0, failures: 0, announce: (): void => {}, watching: false };
  const watch = watchSource({
    config,
    after: time.after,
    events: { onChange: () => state.changes++, onFailure: () => state.failures++ },
    reader: {
      async parts() {
        state.reads++;
        if (state.content instanceof Error) throw state.content;
        return Object.keys(state.content);
      },
      async read(part) {
        const found = (state.content as Record<string, readonly string[] | Error>)[part]!;
        if (found instanceof Error) throw found;
        return found.map(target);
      },
      watch(onChange) {
        state.watching = true;
        state.announce = onChange;
        return () => (state.watching = false);
      },
    },
  });
  const addresses = (): string[] => watch.parts().flatMap(({ targets = [] }) => targets.map(({ address }) => address));
  return { ...time, state, watch, addresses };
}

describe('a source that is watched', () => {
  it('is read at once and at every interval, and tells of changes only', async () => {
    const { state, watch, addresses, pass } = setUp({ a: ['a:1'] });
    expect(watch.hasAnswered()).toBe(false);
    await settle();
    expect([addresses(), watch.hasAnswered(), state.changes]).toEqual([['a:1'], true, 1]);
    await pass(60_000);
    expect([state.reads, state.changes]).toEqual([2, 1]);
    state.content = { a: ['a:1', 'b:1'], c: ['c:1'] };
    await pass(60_000);
    expect([addresses(), state.changes]).toEqual([['a:1', 'b:1', 'c:1'], 2]);
    state.content = { a: [] };
    await pass(60_000);
    expect([addresses(), watch.hasAnswered(), state.changes]).toEqual([[], true, 3]);
  });

  it('keeps the last good list of a part that fails, and goes on with the others', async () => {
    const { state, watch, addresses, pass } = setUp({ a: ['a:1'], b: ['b:1'] });
    await settle();
    state.content = { a: new Error('half a list'), b: ['b:2'] };
    await pass(60_000);
    expect([addresses(), state.failures]).toEqual([['a:1', 'b:2'], 1]);
    expect(watch.parts().map(({ part, error }) => [part, error])).toEqual([
      ['a', 'half a list'],
      ['b', undefined],
    ]);
    state.content = new Error('no directory');
    await pass(60_000);
    expect([addresses(), watch.error(), state.failures]).toEqual([['a:1', 'b:2'], 'no directory', 2]);
    state.content = { b: ['b:2'] };
    await pass(60_000);
    expect([addresses(), watch.error()]).toEqual([['b:2'], undefined]);
  });

  it('has not answered while a part was never read, and is asked again soon', async () => {
    const { state, watch, pass } = setUp({ a: new Error('refused'), b: ['b:1'] });
    await settle();
    expect(watch.hasAnswered()).toBe(false);
    await pass(1000);
    expect(state.reads).toBe(2);
    await pass(9000);
    expect(state.reads).toBe(11);
    await pass(5000);
    expect(state.reads).toBe(12);
    state.content = { a: ['a:1'], b: ['b:1'] };
    await pass(5000);
    expect(watch.hasAnswered()).toBe(true);
    await pass(59_000);
    expect(state.reads).toBe(13);
  });

  it('is read soon after a change is announced, however many follow', async () => {
    const { state, addresses, pass } = setUp({ a: ['a:1'] });
    await settle();
    state.content = { a: ['a:2'] };
    for (let i = 0; i < 10; i++) {
      state.announce();
      await pass(20);
    }
    expect(addresses()).toEqual(['a:2']);
    expect(state.reads).toBeGreaterThanOrEqual(2);
    expect(state.reads).toBeLessThanOrEqual(3);
  });

  it('is left alone once it is stopped', async () => {
    const { state, watch, pass } = setUp({ a: ['a:1'] });
    await settle();
    watch.stop();
    expect(state.watching).toBe(false);
    await pass(600_000);
    expect(state.reads).toBe(1);
  });
});
