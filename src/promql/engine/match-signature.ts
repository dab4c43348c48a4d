import { METRIC_NAME } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { VectorMatching } from '../ast/ast.ts';
import { dropLabels, keepLabels, labelsKey, type LabelChoice } from './label-groups.ts';

/** The labels by which series of two vectors are matched. */
export function matchLabels({ on, labels }: VectorMatching): LabelChoice {
  return on ? keepLabels(labels) : dropLabels([...labels, METRIC_NAME]);
}

/** Numbers the match groups of several vectors' series: equal numbers for equal match labels. */
export class SignatureTable {
  readonly #numbers = new Map<string, number>();
  readonly #choose: LabelChoice;

  constructor(matching: VectorMatching) {
    this.#choose = matchLabels(matching);
  }

  get size(): number {
    return this.#numbers.size;
  }

  numberOf(labels: SeriesLabels): number {
    const key = labelsKey(this.#choose(labels));
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
