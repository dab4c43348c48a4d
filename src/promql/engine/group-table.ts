import { METRIC_NAME } from '../../model/label-set.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { Aggregation } from '../ast/ast.ts';
import { dropLabels, keepLabels, labelsKey } from './label-groups.ts';

/** Numbers the groups of an aggregation in the order in which they are first seen. */
export class GroupTable {
  readonly #choose: (labels: SeriesLabels) => SeriesLabels;
  readonly #numbers = new Map<string, number>();
  /** By number. */
  readonly labels: SeriesLabels[] = [];

  constructor({ grouping, without }: Pick<Aggregation, 'grouping' | 'without'>) {
    this.#choose = without ? dropLabels([...grouping, METRIC_NAME]) : keepLabels(grouping);
  }

  numberOf(labels: SeriesLabels): number {
    const chosen = this.#choose(labels);
    const key = labelsKey(chosen);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.labels.push(chosen);
    this.#numbers.set(key, this.labels.length - 1);
    return this.labels.length - 1;
  }
}
