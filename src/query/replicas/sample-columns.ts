import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { FLOAT, HISTOGRAM, type RawSeries } from '../../model/raw-series.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';

/** Builds a {@link RawSeries} sample by sample out of others, into columns that never have to grow. */
export class SampleColumns {
  readonly #timestampsMs: Float64Array;
  readonly #values: Float64Array;
  readonly #kinds: Uint8Array;
  #histograms: (FloatHistogram | undefined)[] | undefined;
  #length = 0;
  #allFloats = true;

  constructor(capacity: number) {
    this.#timestampsMs = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
    this.#kinds = new Uint8Array(capacity);
  }

  /** Copies the sample `index` of `series`. */
  push(series: RawSeries, index: number): void {
    const at = this.#length++;
    const kind = series.kinds?.[index] ?? FLOAT;
    this.#timestampsMs[at] = series.timestampsMs[index]!;
    this.#values[at] = series.values[index]!;
    this.#kinds[at] = kind;
    if (kind !== FLOAT) this.#allFloats = false;
    if (kind === HISTOGRAM) {
      this.#histograms ??= [];
      this.#histograms[at] = series.histograms![index];
    }
  }

  /** The series so far; the columns are shared with this object, which must not be used any more. */
  toSeries(labels: SeriesLabels): RawSeries {
    const end = this.#length;
    return {
      labels,
      timestampsMs: this.#timestampsMs.subarray(0, end),
      values: this.#values.subarray(0, end),
      ...(this.#allFloats ? {} : { kinds: this.#kinds.subarray(0, end) }),
      ...(this.#histograms === undefined ? {} : { histograms: this.#histograms }),
    };
  }
}
