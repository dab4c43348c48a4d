import { setImmediate } from 'node:timers/promises';

const MAX_TURN_MS = 5;

export interface LoopTurn {
  /** Lets other work run if this one has had the event loop for its time. */
  yieldIfDue(): Promise<void>;
}

/** For work that never waits for anything but microtasks, and would keep health checks and other clients waiting until its end. */
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
