import { compareLabelSets, type LabelSet } from '../../model/label-set.ts';
import { tooMany } from './group-table.ts';
import { parseLabelKey } from './label-key.ts';
import { streamId, type PartialStream, type StreamName } from './partial-aggregates.ts';

/** What one shard last gave to one group. */
export interface Contribution {
  state: number[];
  /** Newest sample in it, Unix ms. */
  timestampMs: number;
  /** When it came, Unix ms. */
  receivedAtMs: number;
  /** When the shard last gave anything to the group, a contribution too old to be taken included; Unix ms. */
  fedAtMs: number;
  /** Number of the combination in which it came. */
  fedIn: number;
}

export interface GroupMemory {
  readonly key: string;
  readonly labels: LabelSet;
  /** By shard; undefined for a shard that has not fed the group within the rule's window. */
  readonly contributions: (Contribution | undefined)[];
}

interface StreamMemory {
  readonly id: string;
  readonly name: StreamName;
  readonly groups: ReadonlyMap<string, GroupMemory>;
  /** The groups in the order of {@link compareLabelSets}; valid until the next change. */
  sorted(): readonly GroupMemory[];
}

/** The moment at which shards' answers are combined. */
export interface Moment {
  readonly nowMs: number;
  /** Counts the combinations. */
  readonly number: number;
}

/** Remembers, per stream, group and shard, the newest contribution. */
export interface ContributionMemory {
  /**
   * Takes what a shard gave. A contribution older than the one kept is not taken while that is younger than the
   * lookback delta: the kept one stands in for it.
   * @throws GatewayError `PG_LIMIT_GROUPS` when the memory is full.
   */
  absorb(shard: number, stream: PartialStream, moment: Moment): void;
  /** Whether it came in this combination, or is young enough to stand in for what did not come. */
  isUsable(contribution: Contribution, moment: Moment): boolean;
  /** Forgets shards that have not fed a group within the window, and groups without shards. */
  forget(nowMs: number): void;
  streams(): Iterable<StreamMemory>;
  stream(name: StreamName): StreamMemory | undefined;
}

export interface ContributionMemoryOptions {
  readonly lookbackDeltaMs: number;
  readonly maxContributions: number;
  /** How long a shard that once fed a group of this rule is expected to go on. */
  readonly windowMs: (rule: number) => number;
}

interface MutableStream extends StreamMemory {
  readonly groups: Map<string, GroupMemory>;
  /** Undefined after a change of the groups. */
  order: readonly GroupMemory[] | undefined;
}

export function createContributionMemory(options: ContributionMemoryOptions): ContributionMemory {
  const { lookbackDeltaMs, maxContributions, windowMs } = options;
  const streams = new Map<string, MutableStream>();
  let contributions = 0;

  // By the clock of whoever is earlier: a shard whose clock runs ahead must not make its contributions immortal.
  const isYoung = ({ timestampMs, receivedAtMs }: Contribution, nowMs: number): boolean =>
    nowMs - Math.min(timestampMs, receivedAtMs) < lookbackDeltaMs;

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

  return {
    absorb(shard, partial, { nowMs, number }) {
      const stream = ensureStream(streams, partial);
      for (let i = 0; i < partial.keys.length; i++) {
        const { contributions: ofGroup } = ensureGroup(stream, partial.keys[i]!);
        const newestMs = partial.timestampsMs[i]!;
        const timestampMs = newestMs === Infinity ? nowMs : newestMs;
        const kept = ofGroup[shard];
        if (kept === undefined) {
          spend();
          const state = stateOf(partial, i);
          ofGroup[shard] = { state, timestampMs, receivedAtMs: nowMs, fedAtMs: nowMs, fedIn: number };
          continue;
        }
        kept.fedAtMs = nowMs;
        if (timestampMs < kept.timestampMs && isYoung(kept, nowMs)) continue;
        replaceState(kept, partial, i);
        kept.timestampMs = timestampMs;
        kept.receivedAtMs = nowMs;
        kept.fedIn = number;
      }
    },
    isUsable: (contribution, { nowMs, number }) => contribution.fedIn === number || isYoung(contribution, nowMs),
    forget(nowMs) {
      for (const stream of streams.values()) {
        const oldestMs = nowMs - Math.max(windowMs(stream.name.rule), lookbackDeltaMs);
        contributions -= forgetBefore(stream, oldestMs);
        if (stream.groups.size === 0) streams.delete(stream.id);
      }
    },
    streams: () => streams.values(),
    stream: (name) => streams.get(streamId(name)),
  };
}

function ensureStream(streams: Map<string, MutableStream>, { rule, kind, role, name }: StreamName): MutableStream {
  const id = streamId({ rule, kind, role, name });
  const known = streams.get(id);
  if (known !== undefined) return known;
  const stream: MutableStream = {
    id,
    name: { rule, kind, role, name },
    groups: new Map(),
    order: undefined,
    sorted() {
      stream.order ??= [...stream.groups.values()].sort((a, b) => compareLabelSets(a.labels, b.labels));
      return stream.order;
    },
  };
  streams.set(id, stream);
  return stream;
}

function ensureGroup(stream: MutableStream, key: string): GroupMemory {
  const known = stream.groups.get(key);
  if (known !== undefined) return known;
  const group: GroupMemory = { key, labels: parseLabelKey(key), contributions: [] };
  stream.groups.set(key, group);
  stream.order = undefined;
  return group;
}

function stateOf({ states, offsets }: PartialStream, group: number): number[] {
  const state: number[] = [];
  for (let i = offsets[group]!; i < offsets[group + 1]!; i++) state.push(states[i]!);
  return state;
}

/** In place where it fits: this runs for every group of every answer. */
function replaceState(kept: Contribution, partial: PartialStream, group: number): void {
  const { states, offsets } = partial;
  const start = offsets[group]!;
  if (kept.state.length !== offsets[group + 1]! - start) {
    kept.state = stateOf(partial, group);
    return;
  }
  for (let i = 0; i < kept.state.length; i++) kept.state[i] = states[start + i]!;
}

/** Returns how many contributions were forgotten. */
function forgetBefore(stream: MutableStream, oldestMs: number): number {
  let forgotten = 0;
  for (const group of stream.groups.values()) {
    const { contributions } = group;
    let alive = 0;
    for (let shard = 0; shard < contributions.length; shard++) {
      const contribution = contributions[shard];
      if (contribution === undefined) continue;
      if (contribution.fedAtMs >= oldestMs) {
        alive += 1;
        continue;
      }
      contributions[shard] = undefined;
      forgotten += 1;
    }
    if (alive > 0) continue;
    stream.groups.delete(group.key);
    stream.order = undefined;
  }
  return forgotten;
}
