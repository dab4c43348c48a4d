import { setImmediate } from 'node:timers/promises';

const MAX_TURN_MS = 5;

export interface LoopTurn {
  /** Lets other work run if this one has had the event loop for its time. */
  yieldIfDue(): Promise<void>;
}

/**
 * A body whose chunks are at hand (kept or queued ones) going to a client that takes them at once never waits for anything
 * but microtasks, and would keep health checks and other clients waiting until its end.
 */
export function createLoopTurn(): LoopTurn {
  let startedMs = performance.now();
  return {
    async yieldIfDue() {
      if (performance.now() - startedMs < MAX_TURN_MS) return;
      await setImmediate();
      startedMs = performance.now();
    },
  };
}
