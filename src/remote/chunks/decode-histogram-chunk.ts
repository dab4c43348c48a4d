import type { CounterResetHint, FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { BitReader } from './bit-reader.ts';
import { readLayout, resetHint, type HistogramLayout } from './histogram-layout.ts';
import type { SampleSink } from './sample-sink.ts';
import { readVarbitInt, readVarbitUint } from './varbit.ts';
import { XorValue } from './xor-value.ts';

const headerBytes = 3;

/** Decodes a chunk of integer histograms. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeHistogramChunk(chunk: Uint8Array, sink: SampleSink): void {
  decode(chunk, sink, createIntegerFields);
}

/** Decodes a chunk of float histograms. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeFloatHistogramChunk(chunk: Uint8Array, sink: SampleSink): void {
  decode(chunk, sink, createFloatFields);
}

/** What a histogram has beside its timestamp, read one sample after the other. */
interface HistogramFields {
  readonly sum: XorValue;
  /** Count, zero count and sum of the sample `index`. */
  readHead(index: number): void;
  readBuckets(index: number): void;
  /** Of the sample read last. */
  values(): HistogramValues;
}

function decode(
  chunk: Uint8Array,
  sink: SampleSink,
  createFields: (reader: BitReader, layout: HistogramLayout) => HistogramFields,
): void {
  if (chunk.length < headerBytes) return;
  const reader = new BitReader(chunk, headerBytes);
  const layout = readLayout(reader);
  const time = new DoubleDelta();
  const fields = createFields(reader, layout);
  const samples = (chunk[0]! << 8) | chunk[1]!;
  for (let i = 0; i < samples; i++) {
    time.read(reader, i, readVarbitInt);
    fields.readHead(i);
    const { isStale } = fields.sum;
    // Behind the sum of a stale marker there are no buckets, but for the first sample's.
    if (i === 0 || !isStale) fields.readBuckets(i);
    sink.addHistogram(time.value, isStale ? 'stale' : toHistogram(layout, resetHint(chunk[2]!, i), fields.values()));
  }
}

function createIntegerFields(reader: BitReader, { positiveLength, negativeLength }: HistogramLayout): HistogramFields {
  const [count, zeroCount, sum] = [new DoubleDelta(), new DoubleDelta(), new XorValue()];
  const buckets = Array.from({ length: positiveLength + negativeLength }, () => new DoubleDelta());
  return {
    sum,
    readHead(index) {
      count.read(reader, index, readVarbitUint);
      zeroCount.read(reader, index, readVarbitUint);
      readXor(sum, reader, index);
    },
    readBuckets(index) {
      for (const bucket of buckets) bucket.read(reader, index, readVarbitInt);
    },
    values() {
      const deltas = buckets.map(({ value }) => value);
      return {
        count: count.value,
        zeroCount: zeroCount.value,
        sum: sum.value,
        positive: accumulate(deltas.slice(0, positiveLength)),
        negative: accumulate(deltas.slice(positiveLength)),
      };
    },
  };
}

function createFloatFields(reader: BitReader, { positiveLength, negativeLength }: HistogramLayout): HistogramFields {
  const [count, zeroCount, sum] = [new XorValue(), new XorValue(), new XorValue()];
  const buckets = Array.from({ length: positiveLength + negativeLength }, () => new XorValue());
  return {
    sum,
    readHead(index) {
      for (const value of [count, zeroCount, sum]) readXor(value, reader, index);
    },
    readBuckets(index) {
      for (const bucket of buckets) readXor(bucket, reader, index);
    },
    values() {
      const values = Float64Array.from(buckets, ({ value }) => value);
      return {
        count: count.value,
        zeroCount: zeroCount.value,
        sum: sum.value,
        positive: values.slice(0, positiveLength),
        negative: values.slice(positiveLength),
      };
    },
  };
}

function readXor(value: XorValue, reader: BitReader, index: number): void {
  if (index === 0) value.readFirst(reader);
  else value.readNext(reader);
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
