import { createUpstreamPools } from '../upstream/upstream-pools.ts';
import { upstreamTarget } from '../upstream/upstream-target.ts';
import type { AskExternalLabels } from './check-live.ts';

/** Asks replicas over HTTP, each question with connections of its own: a check asks only once. */
export function createExternalLabelsReader(options: { version: string; now: () => number }): AskExternalLabels {
  return async (replica, shard) => {
    const pools = createUpstreamPools(options);
    try {
      return await pools.readExternalLabels(upstreamTarget(shard, replica), {
        deadlineMs: options.now() + shard.scrapeTimeoutMs,
        signal: new AbortController().signal,
      });
    } finally {
      await pools.close();
    }
  };
}
