import type { LabelSet } from '../../model/label-set.ts';
import { tooMany, type GroupTable } from './group-table.ts';
import { labelKey } from './label-key.ts';
import { addWeighted } from './weighted-average.ts';

/** A source series that waits for its weight. */
interface Waiting {
  readonly table: GroupTable;
  readonly groupKey: string;
  readonly value: number;
  readonly timestampMs: number;
}

interface Weight {
  readonly value: number;
  readonly timestampMs: number;
}

/** The series by one weight metric's name: weights seen, and sources still waiting, by label key. */
interface Side {
  readonly weights: Map<string, Weight>;
  readonly waiting: Map<string, Waiting[]>;
}

/**
 * Brings source series and weights of equal label sets together, whichever family comes first. What a shard holds of
 * weighted rules is in memory until its task ends, so the number of series is bounded.
 */
export interface WeightJoin {
  addSource(weightName: string, labels: LabelSet, source: Waiting): void;
  addWeight(weightName: string, labels: LabelSet, weight: Weight): void;
  /** Source series without a weight so far. */
  unmatched(): number;
}

/** `maxSeries` 0 = no limit. `name` describes the rule. */
export function createWeightJoin(maxSeries: number, name: string): WeightJoin {
  const sides = new Map<string, Side>();
  let series = 0;
  let unmatched = 0;

  const sideOf = (weightName: string): Side => {
    const side = sides.get(weightName) ?? { weights: new Map(), waiting: new Map() };
    sides.set(weightName, side);
    return side;
  };
  const hold = (): void => {
    series += 1;
    if (maxSeries > 0 && series > maxSeries) {
      throw tooMany(
        `${name} holds more than ${maxSeries} series of one shard to match weights`,
        'weighted series',
        maxSeries,
      );
    }
  };

  return {
    addSource(weightName, labels, source) {
      const side = sideOf(weightName);
      const key = labelKey(labels);
      const weight = side.weights.get(key);
      if (weight !== undefined) return fold(source, weight);
      hold();
      unmatched += 1;
      const others = side.waiting.get(key);
      if (others === undefined) side.waiting.set(key, [source]);
      else others.push(source);
    },
    addWeight(weightName, labels, weight) {
      const side = sideOf(weightName);
      const key = labelKey(labels);
      const waiting = side.waiting.get(key) ?? [];
      for (const source of waiting) fold(source, weight);
      side.waiting.delete(key);
      series -= waiting.length;
      unmatched -= waiting.length;
      // Kept: a source metric that comes later may have the same weight.
      hold();
      side.weights.set(key, weight);
    },
    unmatched: () => unmatched,
  };
}

function fold({ table, groupKey, value, timestampMs }: Waiting, weight: Weight): void {
  const at = table.cellsOf(groupKey, Math.max(timestampMs, weight.timestampMs));
  addWeighted(table.cells, at, value, weight.value);
}
