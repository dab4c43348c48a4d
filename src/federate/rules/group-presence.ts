/** What the shards gave to one group of one stream. */
export interface GroupTerm {
  /** Where the contribution of a shard lies; -1 where it has not fed the group within the window. */
  slotOf(shard: number): number;
  /** Whether it came now, or is young enough to stand in for what did not come. */
  isUsable(slot: number): boolean;
}

/** How complete a group is, shard by shard. */
export interface GroupPresence {
  /** Shards that should contribute. */
  readonly expected: readonly number[];
  /** Of those, the ones that do. Equal in number to `expected` when the group is complete. */
  readonly contributed: readonly number[];
  /** Per term, the slots of the usable contributions in the order of the shards. */
  readonly usable: readonly (readonly number[])[];
}

export interface PresenceInput {
  readonly shards: number;
  /** Shards that failed now and have never answered: they may hold a part of any group. */
  readonly unknown: ReadonlySet<number>;
}

/** The presence of one group, or for a ratio of the numerator's and the denominator's; valid until the next call. */
export type ReadPresence = (terms: readonly GroupTerm[]) => GroupPresence;

/**
 * A shard is expected when it fed a term within the window, or when nothing is known of it. It contributes when every
 * term that expects it has its contribution, fresh or kept.
 */
export function createPresenceReader({ shards, unknown }: PresenceInput): ReadPresence {
  const expected: number[] = [];
  const contributed: number[] = [];
  const usable: number[][] = [];

  return (terms) => {
    expected.length = 0;
    contributed.length = 0;
    usable.length = terms.length;
    for (let term = 0; term < terms.length; term++) (usable[term] ??= []).length = 0;
    for (let shard = 0; shard < shards; shard++) {
      const isUnknown = unknown.has(shard);
      let isExpected = false;
      let isMissing = false;
      for (let term = 0; term < terms.length; term++) {
        const slot = terms[term]!.slotOf(shard);
        if (slot === -1 && !isUnknown) continue;
        isExpected = true;
        if (slot !== -1 && terms[term]!.isUsable(slot)) usable[term]!.push(slot);
        else isMissing = true;
      }
      if (isExpected) expected.push(shard);
      if (isExpected && !isMissing) contributed.push(shard);
    }
    return { expected, contributed, usable };
  };
}
