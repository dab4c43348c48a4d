interface BusyThread {
  /** Tasks that it runs. */
  readonly currentUsage: number;
}

/**
 * Gives a task to the thread with the fewest, if that has less than `most()`; otherwise it is for a thread yet to start. As
 * the pool's own balancer, whose bound is fixed when the pool is made.
 */
export function createLeastBusyBalancer(
  most: () => number,
): <Thread extends BusyThread>(task: unknown, threads: readonly Thread[]) => Thread | null {
  return <Thread extends BusyThread>(_task: unknown, threads: readonly Thread[]): Thread | null => {
    let found: Thread | null = null;
    for (const thread of threads) {
      if (thread.currentUsage < (found?.currentUsage ?? most())) found = thread;
    }
    return found;
  };
}
