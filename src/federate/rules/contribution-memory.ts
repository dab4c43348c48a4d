import type { Moment } from './contribution-slots.ts';
import { tooMany } from './group-table.ts';
import { carryByRule, type KeptRules } from './kept-rules.ts';
import { streamId, type PartialStream, type StreamName } from './partial-aggregates.ts';
import type { Steps } from './steps.ts';
import { StreamMemory } from './stream-memory.ts';

/** A stream under the name that it has in one configuration. */
interface NamedStream {
  readonly name: StreamName;
  readonly stream: StreamMemory;
}

/** Remembers, per stream, group and shard, the newest contribution. Shards go by their seats. */
export interface ContributionMemory {
  /**
   * Takes what a shard gave. A contribution older than the one kept is not taken while that is younger than the
   * lookback delta: the kept one stands in for it.
   * @throws GatewayError `PG_LIMIT_GROUPS` when the memory is full.
   */
  absorb(seat: number, stream: PartialStream, moment: Moment): Steps<void>;
  /** Forgets shards that have not fed a group within the window, and groups without shards. */
  forget(nowMs: number): Steps<void>;
  /** Forgets all that the shard on a seat gave. */
  clear(seat: number): Steps<void>;
  /** Brings {@link StreamMemory.keys} up to date. */
  settle(): Steps<void>;
  streams(): Iterable<NamedStream>;
  stream(name: StreamName): StreamMemory | undefined;
  /** The streams of rules that another configuration keeps, to be shared with its memory. */
  carry(kept: KeptRules): ReadonlyMap<string, NamedStream>;
}

export interface ContributionMemoryOptions {
  readonly lookbackDeltaMs: number;
  readonly maxContributions: number;
  /** How long a shard that once fed a group of this rule is expected to go on. */
  readonly windowMs: (rule: number) => number;
  /** By {@link streamId}. */
  readonly carried?: ReadonlyMap<string, NamedStream>;
}

export function createContributionMemory(options: ContributionMemoryOptions): ContributionMemory {
  const { lookbackDeltaMs, maxContributions, windowMs, carried = [] } = options;
  const streams = new Map<string, NamedStream>(carried);

  let contributions = 0;

  /** Other memories add to the streams that they share with this one. */
  const recount = (): void => {
    contributions = 0;
    for (const { stream } of streams.values()) contributions += stream.contributions;
  };
  const spend = (): void => {
    if (contributions >= maxContributions) {
      const what = `aggregation rules keep more than ${maxContributions} contributions`;
      throw tooMany(what, 'contributions', maxContributions);
    }
    contributions += 1;
  };
  recount();
  const ensureStream = ({ rule, kind, role, name }: StreamName): StreamMemory => {
    const id = streamId({ rule, kind, role, name });
    const found = streams.get(id) ?? {
      name: { rule, kind, role, name },
      stream: new StreamMemory({ kind, lookbackDeltaMs }),
    };
    streams.set(id, found);
    return found.stream;
  };

  return {
    absorb: (seat, partial, moment) => ensureStream(partial).absorb({ seat, partial, moment, spend }),
    *forget(nowMs) {
      for (const [id, { name, stream }] of streams) {
        yield;
        yield* stream.forget(nowMs - Math.max(windowMs(name.rule), lookbackDeltaMs));
        if (stream.size === 0) streams.delete(id);
      }
      recount();
    },
    *clear(seat) {
      for (const { stream } of streams.values()) yield* stream.clear(seat);
    },
    *settle() {
      for (const { stream } of streams.values()) yield* stream.settle();
    },
    streams: () => streams.values(),
    stream: (name) => streams.get(streamId(name))?.stream,
    carry(kept) {
      const renamed = [...carryByRule(streams, kept)].map(([id, { name, stream }]): [string, NamedStream] => [
        id,
        { name: { ...name, rule: kept.get(name.rule)! }, stream },
      ]);
      return new Map(renamed);
    },
  };
}
