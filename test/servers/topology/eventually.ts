import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Runs an assertion again and again until it holds; after the time is up its last failure is thrown. */
export async function eventually<T>(assertion: () => Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { withinMs = 30_000, everyMs = 250 } = options;
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(everyMs);
  }
}
