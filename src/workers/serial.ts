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
