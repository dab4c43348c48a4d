import { describe, expect, it } from 'vitest';
import { coalesce } from '../../../src/gateway/coalesce.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('coalesce', () => {
  function setUp() {
    const runs: PromiseWithResolvers<void>[] = [];
    const call = coalesce(() => {
      runs.push(Promise.withResolvers<void>());
      return runs.at(-1)!.promise;
    });
    return { runs, call };
  }

  it('lets calls during a run share one after it', async () => {
    const { runs, call } = setUp();
    const first = call();
    const others = [call(), call(), call()];
    expect(runs).toHaveLength(1);
    runs[0]!.resolve();
    await first;
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]!.resolve();
    await Promise.all(others);
    void call();
    expect(runs).toHaveLength(3);
  });

  it('tells each call how the run behind it ended', async () => {
    const { runs, call } = setUp();
    const first = call();
    const second = call();
    runs[0]!.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await settle();
    runs[1]!.resolve();
    await second;
  });
});
