import { LRUCache } from 'lru-cache';
import type { CountedFamilies, ExpectedView, FamilySeries } from './family-series.ts';
import type { ShardOutcome } from './shard-view.ts';

export interface ExpectedSeries {
  /** What a read that begins now is to be held against; a copy. */
  view(selection: string, nowMs: number): ExpectedView;
  /** Takes in what a read gave that was held against a view. */
  observe(selection: string, outcome: ExpectedOutcome, nowMs: number): void;
  /** How long a read is remembered. */
  configure(lookbackDeltaMs: number): void;
}

type ExpectedOutcome = Pick<ShardOutcome, 'status' | 'replicas'> & { readonly counted: CountedFamilies };

interface Remembered {
  readonly families: FamilySeries;
  readonly atMs: number;
}

/** Of one shard: some tens of thousands of families over all selections. */
const maxBytes = 1024 * 1024;
const bytesPerFamily = 12;

/**
 * How many series each family of a shard had when it was read last, by what was asked for: where siblings are not read, only this
 * shows that a replica has lost its data. A read that gave far fewer takes the place of the one before it only where a sibling
 * was read as well, and so had no more. What is older than `lookbackDeltaMs` is nothing that anybody misses.
 */
export function createExpectedSeries(initialLookbackDeltaMs: number): ExpectedSeries {
  let lookbackDeltaMs = initialLookbackDeltaMs;
  const remembered = new LRUCache<string, Remembered>({
    maxSize: maxBytes,
    sizeCalculation: ({ families }, selection) => 1 + selection.length + bytesPerFamily * families.keys.length,
  });
  return {
    view(selection, nowMs) {
      const known = remembered.get(selection);
      const counts = known !== undefined && nowMs - known.atMs <= lookbackDeltaMs ? known.families : undefined;
      return { families: counts && { keys: counts.keys.slice(), series: counts.series.slice() } };
    },
    observe(selection, { status, replicas, counted }, nowMs) {
      if (status !== 'complete') return;
      const isConfirmed = replicas.filter(({ result }) => result === 'complete').length > 1;
      if (counted.isShort && !isConfirmed) return;
      remembered.set(selection, { families: counted.families, atMs: nowMs });
    },
    configure: (next) => void (lookbackDeltaMs = next),
  };
}
