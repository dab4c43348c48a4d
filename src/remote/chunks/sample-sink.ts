import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { FLOAT, HISTOGRAM, STALE, type RawSeries } from '../../model/raw-series.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { XorValue } from './xor-value.ts';

/** Collects the samples of one series that lie in a range; out of order ones are put in order, twins dropped. */
export class SampleSink {
  readonly #startMs: number;
  readonly #endMs: number;
  #timestampsMs = new Float64Array(128);
  #values = new Float64Array(128);
  #words = new Uint32Array(this.#values.buffer);
  #kinds = new Uint8Array(128);
  #histograms: (FloatHistogram | undefined)[] | undefined;
  #length = 0;
  #allFloats = true;
  #isSorted = true;

  constructor(range: { readonly startMs: number; readonly endMs: number }) {
    this.#startMs = range.startMs;
    this.#endMs = range.endMs;
  }

  get length(): number {
    return this.#length;
  }

  addFloat(timestampMs: number, value: XorValue): void {
    const at = this.#place(timestampMs);
    if (at === -1) return;
    const { high, low } = value;
    // Written as words: a number would lose the bits of a signalling NaN. Typed arrays are little-endian here.
    this.#words[2 * at] = low;
    this.#words[2 * at + 1] = high;
    this.#kinds[at] = FLOAT;
    if (value.isStale) this.#setKind(at, STALE);
  }

  addHistogram(timestampMs: number, histogram: FloatHistogram | 'stale'): void {
    const at = this.#place(timestampMs);
    if (at === -1) return;
    if (histogram === 'stale') {
      this.#setKind(at, STALE);
      return;
    }
    this.#setKind(at, HISTOGRAM);
    this.#histograms ??= [];
    this.#histograms[at] = histogram;
  }

  /** The series of all that was added; the sink is empty afterwards and shares nothing with it. */
  take(labels: SeriesLabels): RawSeries {
    const order = this.#isSorted ? undefined : this.#sortedOrder();
    const series = order === undefined ? this.#plain(labels) : this.#ordered(labels, order);
    this.#length = 0;
    this.#allFloats = true;
    this.#isSorted = true;
    this.#histograms = undefined;
    return series;
  }

  #plain(labels: SeriesLabels): RawSeries {
    const end = this.#length;
    return {
      labels,
      timestampsMs: this.#timestampsMs.slice(0, end),
      values: this.#values.slice(0, end),
      ...(this.#allFloats ? {} : { kinds: this.#kinds.slice(0, end) }),
      ...(this.#histograms === undefined ? {} : { histograms: this.#histograms }),
    };
  }

  #ordered(labels: SeriesLabels, order: readonly number[]): RawSeries {
    return {
      labels,
      timestampsMs: Float64Array.from(order, (at) => this.#timestampsMs[at]!),
      values: Float64Array.from(order, (at) => this.#values[at]!),
      ...(this.#allFloats ? {} : { kinds: Uint8Array.from(order, (at) => this.#kinds[at]!) }),
      ...(this.#histograms === undefined ? {} : { histograms: order.map((at) => this.#histograms![at]) }),
    };
  }

  /** Chunks of a series may overlap; of two samples of one time the first that came stays. */
  #sortedOrder(): number[] {
    const order = Array.from({ length: this.#length }, (_, at) => at);
    order.sort((a, b) => this.#timestampsMs[a]! - this.#timestampsMs[b]! || a - b);
    return order.filter((at, i) => i === 0 || this.#timestampsMs[at] !== this.#timestampsMs[order[i - 1]!]);
  }

  #setKind(at: number, kind: number): void {
    this.#kinds[at] = kind;
    this.#allFloats = false;
  }

  /** Where a sample of this time goes; -1 where it lies outside of the range. */
  #place(timestampMs: number): number {
    if (timestampMs < this.#startMs || timestampMs > this.#endMs) return -1;
    const at = this.#length;
    if (at === this.#timestampsMs.length) this.#grow();
    if (at > 0 && timestampMs <= this.#timestampsMs[at - 1]!) this.#isSorted = false;
    this.#timestampsMs[at] = timestampMs;
    this.#length += 1;
    return at;
  }

  #grow(): void {
    const size = this.#timestampsMs.length * 2;
    const timestampsMs = new Float64Array(size);
    timestampsMs.set(this.#timestampsMs);
    const values = new Float64Array(size);
    const words = new Uint32Array(values.buffer);
    words.set(this.#words);
    const kinds = new Uint8Array(size);
    kinds.set(this.#kinds);
    this.#timestampsMs = timestampsMs;
    this.#values = values;
    this.#words = words;
    this.#kinds = kinds;
  }
}
