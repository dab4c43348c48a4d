import type { Config, SourceConfig } from '../../config/config.ts';
import { sourcesOf } from './sources-of.ts';
import type { KnownShard } from './discover-shards.ts';
import { resolveFleet, type ResolvedFleet } from './resolve-fleet.ts';
import type { SourceReader } from './source-reader.ts';
import { watchSource, type After, type SourceEvents, type SourceWatch } from './source-watch.ts';

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

/** Equal sources are asked once, whoever has them, and go on over changes of the configuration. */
export function createDiscovery(deps: DiscoveryDeps): Discovery {
  const { readerOf, after, now, events } = deps;
  const watches = new Map<string, SourceWatch>();
  const waiting = new Set<() => void>();
  let known: readonly KnownShard[] = [];
  let knownFor = '';
  let cancelForgetting = (): void => {};

  const onChange = (): void => {
    for (const check of waiting) check();
    events.onChange();
  };
  const ensureWatch = (config: SourceConfig): SourceWatch => {
    const key = JSON.stringify(config);
    const watch =
      watches.get(key) ?? watchSource({ config, reader: readerOf(config), after, events: { ...events, onChange } });
    watches.set(key, watch);
    return watch;
  };
  const found = (source: SourceConfig) =>
    (watches.get(JSON.stringify(source))?.parts() ?? []).flatMap(({ targets }) => targets ?? []);

  return {
    async prepare(declared, maxWaitMs) {
      const wanted = sourcesOf(declared).map(ensureWatch);
      const pending = (): SourceWatch[] => wanted.filter((watch) => !watch.hasAnswered());
      if (pending().length > 0) await waitUntil(() => pending().length === 0, { waiting, after, maxWaitMs });
      return pending();
    },
    keepOnly(declared) {
      const wanted = new Set(sourcesOf(declared).map((source) => JSON.stringify(source)));
      for (const [key, watch] of watches) {
        if (wanted.has(key)) continue;
        watch.stop();
        watches.delete(key);
      }
    },
    resolve(declared) {
      const origin = originOf(declared);
      const fleet = resolveFleet({ declared, found, known: origin === knownFor ? known : [], nowMs: now() });
      ({ known } = fleet);
      knownFor = origin;
      cancelForgetting();
      const dueMs = nextForgettingMs(declared, known);
      if (dueMs !== undefined)
        cancelForgetting = after(Math.min(Math.max(0, dueMs - now()), maxTimerMs), events.onChange);
      return fleet;
    },
    watches: (sources) => sources.flatMap((source) => watches.get(JSON.stringify(source)) ?? []),
    stop() {
      cancelForgetting();
      for (const watch of watches.values()) watch.stop();
      watches.clear();
    },
  };
}

/** What names the shards of `discovery`: where that is another, a shard that is gone was taken out by an operator. */
function originOf({ discovery }: Config): string {
  return discovery === undefined
    ? ''
    : JSON.stringify([discovery.shardLabel, discovery.staticGroups, discovery.sources]);
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
