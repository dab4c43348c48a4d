import { carryByRule, type KeptRules } from './kept-rules.ts';
import type { RatioUse } from './partial-aggregates.ts';

/**
 * Remembers which ratios the metric names asked for, for a window: the name that asks may be missing on the shards that
 * answer now, while the terms are there.
 */
export interface RatioMemory {
  absorb(use: RatioUse, nowMs: number): void;
  forget(nowMs: number): void;
  uses(): readonly RatioUse[];
  /** A copy of what is known of rules that another configuration keeps, under the indices that they have there. */
  carry(kept: KeptRules): SeenRatios;
}

type SeenRatios = ReadonlyMap<string, { readonly use: RatioUse; readonly seenAtMs: number }>;

export function createRatioMemory(windowMs: (rule: number) => number, carried: SeenRatios = new Map()): RatioMemory {
  const seen = new Map(carried);
  return {
    absorb(use, nowMs) {
      seen.set([use.rule, use.record, use.numerator, use.denominator].join(' '), { use, seenAtMs: nowMs });
    },
    forget(nowMs) {
      for (const [id, { use, seenAtMs }] of seen) {
        if (nowMs - seenAtMs > windowMs(use.rule)) seen.delete(id);
      }
    },
    uses: () => [...seen.values()].map(({ use }) => use),
    carry(kept) {
      const renamed = [...carryByRule(seen, kept)].map(
        ([id, { use, seenAtMs }]) => [id, { use: { ...use, rule: kept.get(use.rule)! }, seenAtMs }] as const,
      );
      return new Map(renamed);
    },
  };
}
