import type { After } from '../../../../src/topology/discovery/source-watch.ts';

export interface FakeTime {
  readonly after: After;
  readonly nowMs: () => number;
  /** Lets time pass in steps, so that what a timer starts can end. */
  readonly pass: (ms: number) => Promise<void>;
}

export const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Time that a test owns. */
export function createFakeTime(): FakeTime {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; callback: () => void }>();
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async pass(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.atMs);
        timers.delete(next);
        next.callback();
        await settle();
      }
      nowMs = endMs;
    },
  };
}
