import protobuf from 'protobufjs/minimal.js';
import { GatewayError } from '../model/errors.ts';
import type { CounterResetHint, FloatHistogram } from '../model/histogram/float-histogram.ts';
import type { RawSeries } from '../model/raw-series.ts';
import { SampleSink } from './chunks/sample-sink.ts';
import { XorValue } from './chunks/xor-value.ts';
import { LabelReader } from './label-reader.ts';
import { toNumber } from './to-number.ts';

/** The series of a `ReadResponse`, of all its results. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeSampledSeries(
  message: Uint8Array,
  range: { readonly startMs: number; readonly endMs: number },
): RawSeries[] {
  const found: RawSeries[] = [];
  const labels = new LabelReader();
  const sink = new SampleSink(range);
  try {
    const reader = protobuf.Reader.create(message);
    eachField(reader, reader.len, 1, () => {
      eachField(reader, reader.uint32() + reader.pos, 1, () => {
        const series = decodeSeries(reader, { labels, sink });
        if (series.values.length > 0) found.push(series);
      });
    });
    return found;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('PG_PARSE_INVALID', `the response is no ReadResponse: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Calls back at each occurrence of one length-delimited field of a message, skips the others. */
function eachField(reader: protobuf.Reader, end: number, number: number, read: () => void): void {
  while (reader.pos < end) {
    const field = reader.uint32();
    if (field >>> 3 === number) read();
    else reader.skipType(field & 7);
  }
}

interface SeriesState {
  readonly labels: LabelReader;
  readonly sink: SampleSink;
}

function decodeSeries(reader: protobuf.Reader, { labels, sink }: SeriesState): RawSeries {
  const end = reader.uint32() + reader.pos;
  const own = labels.begin();
  while (reader.pos < end) {
    const field = reader.uint32();
    const number = field >>> 3;
    if (number === 1) labels.read(reader);
    else if (number === 2) decodeSample(reader, sink);
    else if (number === 4) decodeHistogram(reader, sink);
    else reader.skipType(field & 7);
  }
  return sink.take(own);
}

function decodeSample(reader: protobuf.Reader, sink: SampleSink): void {
  const end = reader.uint32() + reader.pos;
  const value = new XorValue();
  let timestampMs = 0;
  while (reader.pos < end) {
    const field = reader.uint32();
    if (field >>> 3 === 1) {
      // As words: a number would lose the bits of a stale marker.
      value.low = reader.fixed32();
      value.high = reader.fixed32();
    } else if (field >>> 3 === 2) timestampMs = toNumber(reader.int64());
    else reader.skipType(field & 7);
  }
  sink.addFloat(timestampMs, value);
}

const hints: readonly CounterResetHint[] = ['unknown', 'reset', 'no-reset', 'gauge'];

type Mutable = { -readonly [K in keyof FloatHistogram]: FloatHistogram[K] };

function decodeHistogram(reader: protobuf.Reader, sink: SampleSink): void {
  const end = reader.uint32() + reader.pos;
  const sum = new XorValue();
  let timestampMs = 0;
  const histogram: Mutable = {
    counterResetHint: 'unknown',
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: new Float64Array(0),
    negativeSpans: [],
    negativeBuckets: new Float64Array(0),
    customValues: [],
  };
  const readers: Readonly<Record<number, (wireType: number) => void>> = {
    1: () => (histogram.count = toNumber(reader.uint64())),
    2: () => (histogram.count = reader.double()),
    3: () => {
      sum.low = reader.fixed32();
      sum.high = reader.fixed32();
    },
    4: () => (histogram.schema = reader.sint32()),
    5: () => (histogram.zeroThreshold = reader.double()),
    6: () => (histogram.zeroCount = toNumber(reader.uint64())),
    7: () => (histogram.zeroCount = reader.double()),
    8: () => (histogram.negativeSpans = [...histogram.negativeSpans, readSpan(reader)]),
    9: (wireType) =>
      (histogram.negativeBuckets = accumulate(repeated(reader, wireType, () => toNumber(reader.sint64())))),
    10: (wireType) =>
      (histogram.negativeBuckets = Float64Array.from(repeated(reader, wireType, () => reader.double()))),
    11: () => (histogram.positiveSpans = [...histogram.positiveSpans, readSpan(reader)]),
    12: (wireType) =>
      (histogram.positiveBuckets = accumulate(repeated(reader, wireType, () => toNumber(reader.sint64())))),
    13: (wireType) =>
      (histogram.positiveBuckets = Float64Array.from(repeated(reader, wireType, () => reader.double()))),
    14: () => (histogram.counterResetHint = hints[reader.int32()] ?? 'unknown'),
    15: () => (timestampMs = toNumber(reader.int64())),
    16: (wireType) => (histogram.customValues = repeated(reader, wireType, () => reader.double())),
  };
  while (reader.pos < end) {
    const field = reader.uint32();
    const read = readers[field >>> 3];
    if (read === undefined) reader.skipType(field & 7);
    else read(field & 7);
  }
  histogram.sum = sum.value;
  sink.addHistogram(timestampMs, sum.isStale ? 'stale' : histogram);
}

function readSpan(reader: protobuf.Reader): { offset: number; length: number } {
  const end = reader.uint32() + reader.pos;
  const span = { offset: 0, length: 0 };
  while (reader.pos < end) {
    const field = reader.uint32();
    if (field >>> 3 === 1) span.offset = reader.sint32();
    else if (field >>> 3 === 2) span.length = reader.uint32();
    else reader.skipType(field & 7);
  }
  return span;
}

/** A repeated number, packed. */
function repeated(reader: protobuf.Reader, wireType: number, read: () => number): number[] {
  if (wireType !== 2) return [read()];
  const end = reader.uint32() + reader.pos;
  const values: number[] = [];
  while (reader.pos < end) values.push(read());
  return values;
}

function accumulate(deltas: readonly number[]): Float64Array {
  let count = 0;
  return Float64Array.from(deltas, (delta) => (count += delta));
}
