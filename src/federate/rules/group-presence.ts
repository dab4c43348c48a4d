import type { Contribution, GroupMemory } from './contribution-memory.ts';

/** How complete a group is, shard by shard. */
export interface GroupPresence {
  /** Shards that should contribute. */
  readonly expected: readonly number[];
  /** Of those, the ones that do. Equal in number to `expected` when the group is complete. */
  readonly contributed: readonly number[];
  /** Per term, the usable contributions in the order of the shards. */
  readonly usable: readonly (readonly Contribution[])[];
}

export interface PresenceInput {
  /** One group, or for a ratio the group of the numerator and that of the denominator. */
  readonly terms: readonly GroupMemory[];
  readonly shards: number;
  /** Shards that failed now and have never answered: they may hold a part of any group. */
  readonly unknown: ReadonlySet<number>;
  readonly isUsable: (contribution: Contribution) => boolean;
}

/**
 * A shard is expected when it fed a term within the window, or when nothing is known of it. It contributes when every
 * term that expects it has its contribution, fresh or kept.
 */
export function groupPresence({ terms, shards, unknown, isUsable }: PresenceInput): GroupPresence {
  const expected: number[] = [];
  const contributed: number[] = [];
  const usable = terms.map((): Contribution[] => []);
  for (let shard = 0; shard < shards; shard++) {
    const isUnknown = unknown.has(shard);
    let isExpected = false;
    let isMissing = false;
    for (const [term, { contributions }] of terms.entries()) {
      const contribution = contributions[shard];
      if (contribution === undefined && !isUnknown) continue;
      isExpected = true;
      if (contribution !== undefined && isUsable(contribution)) usable[term]!.push(contribution);
      else isMissing = true;
    }
    if (isExpected) expected.push(shard);
    if (isExpected && !isMissing) contributed.push(shard);
  }
  return { expected, contributed, usable };
}
