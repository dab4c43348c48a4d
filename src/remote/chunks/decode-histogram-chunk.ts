import type { CounterResetHint, FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { BitReader } from './bit-reader.ts';
import { readLayout, resetHint, type HistogramLayout } from './histogram-layout.ts';
import type { SampleSink } from './sample-sink.ts';
import { readVarbitInt, readVarbitUint } from './varbit.ts';
import { XorValue } from './xor-value.ts';

const headerBytes = 3;

/** Decodes a chunk of integer histograms. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeHistogramChunk(chunk: Uint8Array, sink: SampleSink): void {
  if (chunk.length < headerBytes) return;
  const reader = new BitReader(chunk, headerBytes);
  const layout = readLayout(reader);
  const time = new DoubleDelta();
  const count = new DoubleDelta();
  const zeroCount = new DoubleDelta();
  const sum = new XorValue();
  const buckets = Array.from({ length: layout.positiveLength + layout.negativeLength }, () => new DoubleDelta());
  const samples = (chunk[0]! << 8) | chunk[1]!;
  for (let i = 0; i < samples; i++) {
    time.read(reader, i, readVarbitInt);
    count.read(reader, i, readVarbitUint);
    zeroCount.read(reader, i, readVarbitUint);
    if (i === 0) sum.readFirst(reader);
    else sum.readNext(reader);
    // Behind the sum of a stale marker there are no buckets.
    if (i > 0 && sum.isStale) {
      sink.addHistogram(time.value, 'stale');
      continue;
    }
    for (const bucket of buckets) bucket.read(reader, i, readVarbitInt);
    const deltas = buckets.map(({ value }) => value);
    sink.addHistogram(
      time.value,
      sum.isStale
        ? 'stale'
        : toHistogram(layout, resetHint(chunk[2]!, i), {
            count: count.value,
            zeroCount: zeroCount.value,
            sum: sum.value,
            positive: accumulate(deltas.slice(0, layout.positiveLength)),
            negative: accumulate(deltas.slice(layout.positiveLength)),
          }),
    );
  }
}

/** Decodes a chunk of float histograms. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeFloatHistogramChunk(chunk: Uint8Array, sink: SampleSink): void {
  if (chunk.length < headerBytes) return;
  const reader = new BitReader(chunk, headerBytes);
  const layout = readLayout(reader);
  const time = new DoubleDelta();
  const [count, zeroCount, sum] = [new XorValue(), new XorValue(), new XorValue()];
  const buckets = Array.from({ length: layout.positiveLength + layout.negativeLength }, () => new XorValue());
  const samples = (chunk[0]! << 8) | chunk[1]!;
  for (let i = 0; i < samples; i++) {
    const read = (value: XorValue): void => (i === 0 ? value.readFirst(reader) : value.readNext(reader));
    time.read(reader, i, readVarbitInt);
    for (const value of [count, zeroCount, sum]) read(value);
    if (i > 0 && sum.isStale) {
      sink.addHistogram(time.value, 'stale');
      continue;
    }
    for (const bucket of buckets) read(bucket);
    const values = Float64Array.from(buckets, ({ value }) => value);
    sink.addHistogram(
      time.value,
      sum.isStale
        ? 'stale'
        : toHistogram(layout, resetHint(chunk[2]!, i), {
            count: count.value,
            zeroCount: zeroCount.value,
            sum: sum.value,
            positive: values.slice(0, layout.positiveLength),
            negative: values.slice(layout.positiveLength),
          }),
    );
  }
}

/** An integer that is encoded as itself, then as a difference, then as differences of differences. */
class DoubleDelta {
  value = 0;
  #delta = 0;

  read(reader: BitReader, index: number, readFirst: (reader: BitReader) => number): void {
    if (index === 0) {
      this.value = readFirst(reader);
      return;
    }
    this.#delta = index === 1 ? readVarbitInt(reader) : this.#delta + readVarbitInt(reader);
    this.value += this.#delta;
  }
}

function accumulate(deltas: readonly number[]): Float64Array {
  let count = 0;
  return Float64Array.from(deltas, (delta) => (count += delta));
}

interface HistogramValues {
  readonly count: number;
  readonly zeroCount: number;
  readonly sum: number;
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

function toHistogram(layout: HistogramLayout, hint: CounterResetHint, values: HistogramValues): FloatHistogram {
  return {
    counterResetHint: hint,
    schema: layout.schema,
    zeroThreshold: layout.zeroThreshold,
    zeroCount: values.zeroCount,
    count: values.count,
    sum: values.sum,
    positiveSpans: layout.positiveSpans,
    positiveBuckets: values.positive,
    negativeSpans: layout.negativeSpans,
    negativeBuckets: values.negative,
    customValues: layout.customValues,
  };
}
