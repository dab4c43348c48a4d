import { ContributionSlots, growth, type Moment } from './contribution-slots.ts';
import { GroupIndex } from './group-index.ts';
import type { GroupTerm } from './group-presence.ts';
import type { StateKind } from './float-aggregation.ts';
import type { PartialStream } from './partial-aggregates.ts';
import { createStateColumn, type StateColumn } from './state-column.ts';
import { itemsPerStep, type Steps } from './steps.ts';

export interface StreamMemoryOptions {
  readonly kind: StateKind;
  readonly lookbackDeltaMs: number;
}

/** What a shard gave, and when. */
export interface Feed {
  /** Of the shard. */
  readonly seat: number;
  readonly partial: PartialStream;
  readonly moment: Moment;
  /** Called before a contribution is added; throws when there may be no more. */
  readonly spend: () => void;
}

/** A term that can be moved from group to group. */
export interface StreamTerm extends GroupTerm {
  group: number;
}

/** Seats that a grid has room for more than it was asked for, so that shards which come one by one do not copy it each time. */
const spareSeats = 4;

/** What the shards last gave to the groups of one stream. Configurations that follow each other share it. */
export class StreamMemory {
  readonly kind: StateKind;
  /** By slot. */
  readonly states: StateColumn;
  readonly #index = new GroupIndex();
  readonly #slots: ContributionSlots;
  /** Slot of each group and seat, -1 where the shard has not fed the group within the rule's window. */
  #grid = new Int32Array(0);
  /** Seats of one group in the grid. */
  #width = 0;
  /** Whether a group may be without contributions, because an answer went over the limit. */
  #mayHaveEmpty = false;

  constructor({ kind, lookbackDeltaMs }: StreamMemoryOptions) {
    this.kind = kind;
    this.states = createStateColumn(kind);
    this.#slots = new ContributionSlots(lookbackDeltaMs);
  }

  /** Number of groups. */
  get size(): number {
    return this.#index.size;
  }

  get contributions(): number {
    return this.#slots.size;
  }

  /** Label keys of the groups in the order of their labels, as of the last {@link StreamMemory.settle}; never altered. */
  get keys(): readonly string[] {
    return this.#index.keys;
  }

  groupOf(key: string): number | undefined {
    return this.#index.numberOf(key);
  }

  /** -1 where there is none. */
  slotOf(group: number, seat: number): number {
    return seat < this.#width ? this.#grid[group * this.#width + seat]! : -1;
  }

  isUsable(slot: number, moment: Moment): boolean {
    return this.#slots.isUsable(slot, moment);
  }

  /** Its contributions as of `moment`, of the group that it is set to; `seats` are those of the shards. */
  term(moment: Moment, seats: readonly number[]): StreamTerm {
    const term: StreamTerm = {
      group: 0,
      slotOf: (shard) => this.slotOf(term.group, seats[shard]!),
      isUsable: (slot) => this.isUsable(slot, moment),
    };
    return term;
  }

  /** As {@link ContributionMemory.absorb}. */
  *absorb({ seat, partial, moment, spend }: Feed): Steps<void> {
    this.#mayHaveEmpty = true;
    const groups = yield* this.#index.read(seat, partial.keys.bytes);
    if (seat >= this.#width) this.#addSeats(seat + 1 - this.#width);
    this.#widen();
    this.#reserve(seat, groups);
    const { timestampsMs, states, offsets } = partial;
    for (let i = 0; i < groups.length; i++) {
      if (i % itemsPerStep === 0) yield;
      const at = groups[i]! * this.#width + seat;
      const timestampMs = timestampsMs[i] === Infinity ? moment.nowMs : timestampsMs[i]!;
      let slot = this.#grid[at]!;
      if (slot === -1) {
        spend();
        slot = this.#slots.add(timestampMs, moment);
        this.#grid[at] = slot;
      } else if (!this.#slots.renew(slot, timestampMs, moment)) {
        continue;
      }
      this.states.set(slot, states, offsets[i]!, offsets[i + 1]!);
    }
    this.#mayHaveEmpty = false;
  }

  /** Forgets shards that fed a group before `oldestMs` for the last time, and groups without shards. */
  *forget(oldestMs: number): Steps<void> {
    if (!this.#mayHaveEmpty && !this.#slots.someFedBefore(oldestMs)) return;
    const empty: number[] = [];
    for (let group = 0; group < this.#index.bound; group++) {
      if (group % itemsPerStep === 0) yield;
      if (this.#index.has(group) && !this.#keepsShards(group, oldestMs)) empty.push(group);
    }
    if (empty.length > 0) yield* this.#index.remove(empty);
    this.#mayHaveEmpty = false;
  }

  settle(): Steps<void> {
    return this.#index.settle();
  }

  /** Forgets all that the shard on a seat gave. */
  *clear(seat: number): Steps<void> {
    if (seat >= this.#width) return;
    for (let group = 0; group < this.#index.bound; group++) {
      if (group % itemsPerStep === 0) yield;
      const at = group * this.#width + seat;
      if (this.#grid[at] !== -1) this.#remove(at);
    }
    this.#mayHaveEmpty = true;
  }

  /** Forgets the shards of a group as {@link StreamMemory.forget}; whether any is left. */
  #keepsShards(group: number, oldestMs: number): boolean {
    let isAlive = false;
    for (let at = group * this.#width; at < (group + 1) * this.#width; at++) {
      const slot = this.#grid[at]!;
      if (slot === -1) continue;
      if (this.#slots.wasFedBefore(slot, oldestMs)) this.#remove(at);
      else isAlive = true;
    }
    return isAlive;
  }

  #remove(at: number): void {
    const slot = this.#grid[at]!;
    this.#slots.remove(slot);
    this.states.clear(slot);
    this.#grid[at] = -1;
  }

  /** Room for what is new: a shard that is met for the first time brings very many at once. */
  #reserve(seat: number, groups: Int32Array): void {
    let added = 0;
    for (const group of groups) if (this.slotOf(group, seat) === -1) added += 1;
    this.#slots.reserve(added);
    this.states.reserve(this.#slots.capacity);
  }

  #addSeats(seats: number): void {
    const narrow = this.#width;
    const groups = narrow === 0 ? 0 : Math.floor(this.#grid.length / narrow);
    const old = this.#grid;
    this.#width = narrow + seats + spareSeats;
    this.#grid = new Int32Array(groups * this.#width).fill(-1);
    for (let group = 0; group < groups; group++) {
      this.#grid.set(old.subarray(group * narrow, (group + 1) * narrow), group * this.#width);
    }
  }

  #widen(): void {
    const needed = this.#index.bound * this.#width;
    if (needed <= this.#grid.length) return;
    const { length } = this.#grid;
    const grown = Math.max(needed, Math.ceil(length * growth));
    this.#grid = new Int32Array(this.#grid.buffer.transfer(grown * 4)).fill(-1, length);
  }
}
