/** Runs work one piece at a time, in the order in which it was asked for. */
export interface Serial {
  /** Rejects with what `work` throws; what comes behind it runs all the same. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = last.then(work);
      last = result.catch(() => {});
      return result;
    },
  };
}

/**
 * Makes calls that come while `work` runs share one run after it: each call is followed by a whole run, and no more run than
 * are needed for that.
 */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    next = undefined;
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return start();
    next = running.then(start, start);
    return next;
  };
}
