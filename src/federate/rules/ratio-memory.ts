import type { RatioUse } from './partial-aggregates.ts';

/**
 * Remembers which ratios the metric names asked for, for a window: the name that asks may be missing on the shards that
 * answer now, while the terms are there.
 */
export interface RatioMemory {
  absorb(use: RatioUse, nowMs: number): void;
  forget(nowMs: number): void;
  uses(): readonly RatioUse[];
}

export function createRatioMemory(windowMs: (rule: number) => number): RatioMemory {
  const seen = new Map<string, { readonly use: RatioUse; readonly seenAtMs: number }>();
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
  };
}
