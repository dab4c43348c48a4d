import type { Moment } from './contribution-slots.ts';
import { tooMany } from './group-table.ts';
import { streamId, type PartialStream, type StreamName } from './partial-aggregates.ts';
import type { Steps } from './steps.ts';
import { StreamMemory } from './stream-memory.ts';

/** Remembers, per stream, group and shard, the newest contribution. */
export interface ContributionMemory {
  /**
   * Takes what a shard gave. A contribution older than the one kept is not taken while that is younger than the
   * lookback delta: the kept one stands in for it.
   * @throws GatewayError `PG_LIMIT_GROUPS` when the memory is full.
   */
  absorb(shard: number, stream: PartialStream, moment: Moment): Steps<void>;
  /** Forgets shards that have not fed a group within the window, and groups without shards. */
  forget(nowMs: number): Steps<void>;
  /** Brings {@link StreamMemory.keys} up to date. */
  settle(): Steps<void>;
  streams(): Iterable<StreamMemory>;
  stream(name: StreamName): StreamMemory | undefined;
}

export interface ContributionMemoryOptions {
  readonly shards: number;
  readonly lookbackDeltaMs: number;
  readonly maxContributions: number;
  /** How long a shard that once fed a group of this rule is expected to go on. */
  readonly windowMs: (rule: number) => number;
}

export function createContributionMemory(options: ContributionMemoryOptions): ContributionMemory {
  const { shards, lookbackDeltaMs, maxContributions, windowMs } = options;
  const streams = new Map<string, StreamMemory>();
  let contributions = 0;

  const spend = (): void => {
    if (contributions >= maxContributions) {
      throw tooMany(
        `aggregation rules keep more than ${maxContributions} contributions`,
        'contributions',
        maxContributions,
      );
    }
    contributions += 1;
  };
  const ensureStream = ({ rule, kind, role, name }: StreamName): StreamMemory => {
    const id = streamId({ rule, kind, role, name });
    const stream =
      streams.get(id) ?? new StreamMemory({ name: { rule, kind, role, name }, shards, lookbackDeltaMs, spend });
    streams.set(id, stream);
    return stream;
  };

  return {
    absorb: (shard, partial, moment) => ensureStream(partial).absorb(shard, partial, moment),
    *forget(nowMs) {
      for (const [id, stream] of streams) {
        yield;
        const oldestMs = nowMs - Math.max(windowMs(stream.name.rule), lookbackDeltaMs);
        contributions -= yield* stream.forget(oldestMs);
        if (stream.size === 0) streams.delete(id);
      }
    },
    *settle() {
      for (const stream of streams.values()) yield* stream.settle();
    },
    streams: () => streams.values(),
    stream: (name) => streams.get(streamId(name)),
  };
}
