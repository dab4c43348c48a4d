import { ContributionSlots, growth, type Moment } from './contribution-slots.ts';
import { GroupIndex } from './group-index.ts';
import type { GroupTerm } from './group-presence.ts';
import type { PartialStream, StreamName } from './partial-aggregates.ts';
import { createStateColumn, type StateColumn } from './state-column.ts';
import { itemsPerStep, type Steps } from './steps.ts';

export interface StreamMemoryOptions {
  readonly name: StreamName;
  readonly shards: number;
  readonly lookbackDeltaMs: number;
  /** Called before a contribution is added; throws when there may be no more. */
  readonly spend: () => void;
}

/** A term that can be moved from group to group. */
export interface StreamTerm extends GroupTerm {
  group: number;
}

/** What the shards last gave to the groups of one stream. */
export class StreamMemory {
  readonly name: StreamName;
  /** By slot. */
  readonly states: StateColumn;
  readonly #shards: number;
  readonly #spend: () => void;
  readonly #index = new GroupIndex();
  readonly #slots: ContributionSlots;
  /** Slot of each group and shard, -1 where the shard has not fed the group within the rule's window. */
  #grid = new Int32Array(0);
  /** Whether a group may be without contributions, because an answer went over the limit. */
  #mayHaveEmpty = false;

  constructor({ name, shards, lookbackDeltaMs, spend }: StreamMemoryOptions) {
    this.name = name;
    this.states = createStateColumn(name.kind);
    this.#shards = shards;
    this.#spend = spend;
    this.#slots = new ContributionSlots(lookbackDeltaMs);
  }

  /** Number of groups. */
  get size(): number {
    return this.#index.size;
  }

  /** Label keys of the groups in the order of their labels, as of the last {@link StreamMemory.settle}; never altered. */
  get keys(): readonly string[] {
    return this.#index.keys;
  }

  groupOf(key: string): number | undefined {
    return this.#index.numberOf(key);
  }

  /** -1 where there is none. */
  slotOf(group: number, shard: number): number {
    return this.#grid[group * this.#shards + shard]!;
  }

  isUsable(slot: number, moment: Moment): boolean {
    return this.#slots.isUsable(slot, moment);
  }

  /** Its contributions as of `moment`, of the group that it is set to. */
  term(moment: Moment): StreamTerm {
    const term: StreamTerm = {
      group: 0,
      slotOf: (shard) => this.slotOf(term.group, shard),
      isUsable: (slot) => this.isUsable(slot, moment),
    };
    return term;
  }

  /** As {@link ContributionMemory.absorb}. */
  *absorb(shard: number, partial: PartialStream, moment: Moment): Steps<void> {
    this.#mayHaveEmpty = true;
    const groups = yield* this.#index.read(shard, partial.keys.bytes);
    this.#widen();
    this.#reserve(shard, groups);
    const { timestampsMs, states, offsets } = partial;
    for (let i = 0; i < groups.length; i++) {
      if (i % itemsPerStep === 0) yield;
      const at = groups[i]! * this.#shards + shard;
      const timestampMs = timestampsMs[i] === Infinity ? moment.nowMs : timestampsMs[i]!;
      let slot = this.#grid[at]!;
      if (slot === -1) {
        this.#spend();
        slot = this.#slots.add(timestampMs, moment);
        this.#grid[at] = slot;
      } else if (!this.#slots.renew(slot, timestampMs, moment)) {
        continue;
      }
      this.states.set(slot, states, offsets[i]!, offsets[i + 1]!);
    }
    this.#mayHaveEmpty = false;
  }

  /** Forgets shards that fed a group before `oldestMs` for the last time, and groups without shards; returns how many contributions. */
  *forget(oldestMs: number): Steps<number> {
    if (!this.#mayHaveEmpty && !this.#slots.someFedBefore(oldestMs)) return 0;
    let forgotten = 0;
    const empty: number[] = [];
    for (let group = 0; group < this.#index.bound; group++) {
      if (group % itemsPerStep === 0) yield;
      if (!this.#index.has(group)) continue;
      const { alive, gone } = this.#forgetShards(group, oldestMs);
      forgotten += gone;
      if (alive === 0) empty.push(group);
    }
    if (empty.length > 0) yield* this.#index.remove(empty);
    this.#mayHaveEmpty = false;
    return forgotten;
  }

  settle(): Steps<void> {
    return this.#index.settle();
  }

  #forgetShards(group: number, oldestMs: number): { alive: number; gone: number } {
    let alive = 0;
    let gone = 0;
    for (let at = group * this.#shards; at < (group + 1) * this.#shards; at++) {
      const slot = this.#grid[at]!;
      if (slot === -1) continue;
      if (!this.#slots.wasFedBefore(slot, oldestMs)) {
        alive += 1;
        continue;
      }
      this.#slots.remove(slot);
      this.states.clear(slot);
      this.#grid[at] = -1;
      gone += 1;
    }
    return { alive, gone };
  }

  /** Room for what is new: a shard that is met for the first time brings very many at once. */
  #reserve(shard: number, groups: Int32Array): void {
    let added = 0;
    for (const group of groups) if (this.slotOf(group, shard) === -1) added += 1;
    this.#slots.reserve(added);
    this.states.reserve(this.#slots.capacity);
  }

  #widen(): void {
    const needed = this.#index.bound * this.#shards;
    if (needed <= this.#grid.length) return;
    const { length } = this.#grid;
    const grown = Math.max(needed, Math.ceil(length * growth));
    this.#grid = new Int32Array(this.#grid.buffer.transfer(grown * 4)).fill(-1, length);
  }
}
