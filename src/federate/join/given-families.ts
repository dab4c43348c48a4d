import type { SampleLine } from '../../exposition/text/sample-line.ts';
import { compareUtf8 } from '../../model/compare-utf8.ts';
import { decodeMetricName } from './compare-lines.ts';
import { type FamilyHead, includesMetric, isComposite, metricNamesOf } from './family-head.ts';
import type { GivenSeries } from './given-series.ts';

interface KeptSeries {
  readonly family: FamilyHead;
  readonly series: GivenSeries;
}

/**
 * The families of a join that were given out, for series that come once more in another family: `m_sum` is in the histogram
 * `m` where a TYPE line says so, and a family of its own where none does. Replicas differ in that, and one server gives both
 * for a histogram that it has scraped as a native and as a classic one.
 */
export class GivenFamilies {
  /** The family under which a metric name was given out, or could have been; a composite family gives several. */
  readonly #familyOf = new Map<string, string>();
  /** Composite families of whose metric names one may still come as a family. */
  #kept: readonly KeptSeries[] = [];
  /** Those that have the metric name of the current family. */
  #current: readonly GivenSeries[] = [];

  /** `given` is what was given out in `left`; it is empty afterwards. */
  change(left: FamilyHead | undefined, next: FamilyHead, given: GivenSeries): void {
    if (left !== undefined && isComposite(left)) this.#kept = [...this.#kept, { family: left, series: given.take() }];
    else given.clear();
    this.widen(next);
    if (this.#kept.length === 0) return;
    const mayCome = ({ family }: KeptSeries): boolean =>
      metricNamesOf(family).some((name) => compareUtf8(next.name, name) <= 0);
    this.#kept = this.#kept.filter(mayCome);
    this.#current = this.#kept.filter(({ family }) => includesMetric(family, next.name)).map(({ series }) => series);
  }

  /** The current family is `family`, which may give more metric names than was known. */
  widen(family: FamilyHead): void {
    for (const name of metricNamesOf(family)) if (!this.#familyOf.has(name)) this.#familyOf.set(name, family.name);
  }

  /** Whether series of the current family may have been given out in another one. */
  get mayRepeat(): boolean {
    return this.#current.length > 0;
  }

  /** Whether the line's series was given out in another family than the current one, as far as {@link mayRepeat} tells. */
  hasGiven(line: SampleLine): boolean {
    return this.#current.some((series) => series.hasLine(line));
  }

  /** Whether a line that comes too late is of a metric that was given out in another family than `current`. */
  isTooLate(family: FamilyHead, line: SampleLine, current: FamilyHead): boolean {
    const name = isComposite(family) ? decodeMetricName(line) : family.name;
    const under = this.#familyOf.get(name);
    return under !== undefined && under !== current.name;
  }
}
