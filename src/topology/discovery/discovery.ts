import type { Config, SourceConfig } from '../../config/config.ts';
import { sourceIdentity } from './source-identity.ts';
import { sourcesOf } from './sources-of.ts';
import type { KnownShard } from './discover-shards.ts';
import { resolveFleet, type ResolvedFleet } from './resolve-fleet.ts';
import type { SourceReader } from './source-reader.ts';
import type { After, SourceEvents, SourceWatch } from './source-watch.ts';
import { createSourceWatches } from './source-watches.ts';

/** Finds the shards and replicas of the fleet, and goes on finding them. */
export interface Discovery {
  /**
   * Begins to ask the sources of a configuration that are not asked yet. Resolves when every source of it has answered, at
   * the latest after `maxWaitMs`, with those that have not.
   */
  prepare(declared: Config, maxWaitMs: number): Promise<readonly SourceWatch[]>;
  /** Goes on with the sources of this configuration only. */
  keepOnly(declared: Config): void;
  /** The fleet as it is now. */
  resolve(declared: Config): ResolvedFleet;
  /** Of these sources those that are asked. */
  watches(sources: readonly SourceConfig[]): readonly SourceWatch[];
  stop(): void;
}

export interface DiscoveryDeps {
  readonly readerOf: (source: SourceConfig) => SourceReader;
  readonly after: After;
  /** Unix ms. */
  readonly now: () => number;
  /** `onChange` is also called when a shard is to be forgotten. */
  readonly events: SourceEvents;
}

/** Sources go on over changes of the configuration; see `SourceWatches`. */
export function createDiscovery(deps: DiscoveryDeps): Discovery {
  const { readerOf, after, now, events } = deps;
  const waiting = new Set<() => void>();
  let known: readonly KnownShard[] = [];
  let knownFor = '';
  let cancelForgetting = (): void => {};

  const onChange = (): void => {
    for (const check of waiting) check();
    events.onChange();
  };
  const watches = createSourceWatches((source) => ({
    reader: readerOf(source),
    after,
    events: { ...events, onChange },
  }));

  return {
    async prepare(declared, maxWaitMs) {
      const wanted = watches.ensure(sourcesOf(declared));
      const pending = (): SourceWatch[] => wanted.filter((watch) => !watch.hasAnswered());
      if (pending().length > 0) await waitUntil(() => pending().length === 0, { waiting, after, maxWaitMs });
      return pending();
    },
    keepOnly: (declared) => watches.keepOnly(sourcesOf(declared)),
    resolve(declared) {
      const origin = originOf(declared);
      const before = origin === knownFor ? known : [];
      const fleet = resolveFleet({ declared, found: watches.found, known: before, nowMs: now() });
      ({ known } = fleet);
      knownFor = origin;
      cancelForgetting();
      const dueMs = nextForgettingMs(declared, known);
      if (dueMs !== undefined)
        cancelForgetting = after(Math.min(Math.max(0, dueMs - now()), maxTimerMs), events.onChange);
      return fleet;
    },
    watches: watches.of,
    stop() {
      cancelForgetting();
      watches.keepOnly([]);
    },
  };
}

/** What names the shards of `discovery`: where that is another, a shard that is gone was taken out by an operator. */
function originOf({ discovery }: Config): string {
  return discovery === undefined
    ? ''
    : JSON.stringify([discovery.shardLabel, discovery.staticGroups, discovery.sources.map(sourceIdentity)]);
}

const maxTimerMs = 2 ** 31 - 1;

function nextForgettingMs({ discovery }: Config, known: readonly KnownShard[]): number | undefined {
  const dues = known.flatMap(({ emptySinceMs }) =>
    emptySinceMs === undefined || discovery === undefined ? [] : [emptySinceMs + discovery.forgetAfterMs],
  );
  return dues.length === 0 ? undefined : Math.min(...dues);
}

interface Waiting {
  readonly waiting: Set<() => void>;
  readonly after: After;
  readonly maxWaitMs: number;
}

/** Resolves when `isDone`, asked at every change, or the time is over. */
function waitUntil(isDone: () => boolean, { waiting, after, maxWaitMs }: Waiting): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      waiting.delete(check);
      cancel();
      resolve();
    };
    const check = (): void => {
      if (isDone()) end();
    };
    const cancel = after(maxWaitMs, end);
    waiting.add(check);
  });
}
