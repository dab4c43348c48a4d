import type { FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { FLOAT, HISTOGRAM, STALE, type RawSeries } from '../../model/raw-series.ts';
import type { SeriesLabels } from '../../model/series-labels.ts';
import type { XorValue } from './xor-value.ts';

/** Samples for which memory is taken at once: buffers of their own for each series cost more than most series' samples. */
const PAGE_SAMPLES = 4096;

/**
 * Collects the samples of one series after the other that lie in a range; out of order ones are put in order, twins
 * dropped. The columns of several series lie in one piece of memory, each in its own part.
 */
export class SampleSink {
  readonly #startMs: number;
  readonly #endMs: number;
  #timestampsMs = new Float64Array(PAGE_SAMPLES);
  #values = new Float64Array(PAGE_SAMPLES);
  #words = new Uint32Array(this.#values.buffer);
  #kinds = new Uint8Array(PAGE_SAMPLES);
  #histograms: (FloatHistogram | undefined)[] | undefined;
  /** Where the samples of the series under way begin. */
  #from = 0;
  #end = 0;
  #allFloats = true;
  #isSorted = true;

  constructor(range: { readonly startMs: number; readonly endMs: number }) {
    this.#startMs = range.startMs;
    this.#endMs = range.endMs;
  }

  get length(): number {
    return this.#end - this.#from;
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
    this.#histograms[at - this.#from] = histogram;
  }

  /** The series of all that was added since the last call. Its columns are its own, their memory is not. */
  take(labels: SeriesLabels): RawSeries {
    const series = this.#isSorted ? this.#plain(labels) : this.#ordered(labels, this.#sortedOrder());
    this.#from = this.#end;
    this.#allFloats = true;
    this.#isSorted = true;
    this.#histograms = undefined;
    return series;
  }

  #plain(labels: SeriesLabels): RawSeries {
    const [from, end] = [this.#from, this.#end];
    const timestampsMs = this.#timestampsMs.subarray(from, end);
    const values = this.#values.subarray(from, end);
    if (this.#allFloats) return { labels, timestampsMs, values };
    const kinds = this.#kinds.subarray(from, end);
    const histograms = this.#histograms;
    return histograms === undefined
      ? { labels, timestampsMs, values, kinds }
      : { labels, timestampsMs, values, kinds, histograms };
  }

  #ordered(labels: SeriesLabels, order: readonly number[]): RawSeries {
    const from = this.#from;
    return {
      labels,
      timestampsMs: Float64Array.from(order, (at) => this.#timestampsMs[at]!),
      values: Float64Array.from(order, (at) => this.#values[at]!),
      ...(this.#allFloats ? {} : { kinds: Uint8Array.from(order, (at) => this.#kinds[at]!) }),
      ...(this.#histograms === undefined ? {} : { histograms: order.map((at) => this.#histograms![at - from]) }),
    };
  }

  /** Chunks of a series may overlap; of two samples of one time the first that came stays. */
  #sortedOrder(): number[] {
    const order = Array.from({ length: this.length }, (_, i) => this.#from + i);
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
    if (this.#end === this.#timestampsMs.length) this.#turnPage();
    const at = this.#end;
    if (at > this.#from && timestampMs <= this.#timestampsMs[at - 1]!) this.#isSorted = false;
    this.#timestampsMs[at] = timestampMs;
    this.#end += 1;
    return at;
  }

  /** New memory; the series under way moves there. */
  #turnPage(): void {
    const [from, end] = [this.#from, this.#end];
    const size = Math.max(PAGE_SAMPLES, 2 * this.length);
    const timestampsMs = new Float64Array(size);
    timestampsMs.set(this.#timestampsMs.subarray(from, end));
    const values = new Float64Array(size);
    const words = new Uint32Array(values.buffer);
    words.set(this.#words.subarray(2 * from, 2 * end));
    const kinds = new Uint8Array(size);
    kinds.set(this.#kinds.subarray(from, end));
    this.#timestampsMs = timestampsMs;
    this.#values = values;
    this.#words = words;
    this.#kinds = kinds;
    this.#from = 0;
    this.#end = end - from;
  }
}
