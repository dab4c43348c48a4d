import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import type { BucketSpan, CounterResetHint, FloatHistogram } from '../model/histogram/float-histogram.ts';
import { HISTOGRAM, STALE, type RawSeries } from '../model/raw-series.ts';
import { FIXED64, LENGTH, tag, VARINT, writeLabels } from './write-message.ts';

/** A `ReadResponse` of samples as a snappy block: one result for each query, in order. */
export function encodeReadResponse(results: readonly (readonly RawSeries[])[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const series of results) {
    const result = writer.uint32(tag(1, LENGTH)).fork();
    for (const one of series) writeSeries(result.uint32(tag(1, LENGTH)).fork(), one).ldelim();
    result.ldelim();
  }
  return SnappyJS.compress(writer.finish());
}

function writeSeries(writer: protobuf.Writer, series: RawSeries): protobuf.Writer {
  const { labels, timestampsMs, values, kinds, histograms } = series;
  writeLabels(writer, labels);
  for (let i = 0; i < values.length; i++) {
    if (kinds?.[i] === HISTOGRAM)
      writeHistogram(writer.uint32(tag(4, LENGTH)).fork(), histograms![i]!, timestampsMs[i]!).ldelim();
    else
      writeSample(writer.uint32(tag(2, LENGTH)).fork(), {
        value: values[i]!,
        isStale: kinds?.[i] === STALE,
        timestampMs: timestampsMs[i]!,
      }).ldelim();
  }
  return writer;
}

function writeSample(
  writer: protobuf.Writer,
  { value, isStale, timestampMs }: { readonly value: number; readonly isStale: boolean; readonly timestampMs: number },
): protobuf.Writer {
  writer.uint32(tag(1, FIXED64));
  // A stale marker is a NaN of certain bits: as words, a number would lose them.
  if (isStale) writer.fixed32(2).fixed32(0x7ff00000);
  else writer.double(value);
  return writer.uint32(tag(2, VARINT)).int64(timestampMs);
}

const hints: Readonly<Record<CounterResetHint, number>> = { unknown: 0, reset: 1, 'no-reset': 2, gauge: 3 };

function writeHistogram(writer: protobuf.Writer, histogram: FloatHistogram, timestampMs: number): protobuf.Writer {
  writer.uint32(tag(2, FIXED64)).double(histogram.count);
  writer.uint32(tag(3, FIXED64)).double(histogram.sum);
  writer.uint32(tag(4, VARINT)).sint32(histogram.schema);
  writer.uint32(tag(5, FIXED64)).double(histogram.zeroThreshold);
  writer.uint32(tag(7, FIXED64)).double(histogram.zeroCount);
  writeSide(writer, [8, 10], histogram.negativeSpans, histogram.negativeBuckets);
  writeSide(writer, [11, 13], histogram.positiveSpans, histogram.positiveBuckets);
  writer.uint32(tag(14, VARINT)).int32(hints[histogram.counterResetHint]);
  writer.uint32(tag(15, VARINT)).int64(timestampMs);
  if (histogram.customValues.length > 0) writeDoubles(writer, 16, histogram.customValues);
  return writer;
}

function writeSide(
  writer: protobuf.Writer,
  [spanField, countField]: readonly [number, number],
  spans: readonly BucketSpan[],
  buckets: Float64Array,
): void {
  for (const { offset, length } of spans) {
    writer.uint32(tag(spanField, LENGTH)).fork();
    writer.uint32(tag(1, VARINT)).sint32(offset).uint32(tag(2, VARINT)).uint32(length).ldelim();
  }
  if (buckets.length > 0) writeDoubles(writer, countField, buckets);
}

function writeDoubles(writer: protobuf.Writer, field: number, values: Iterable<number>): void {
  writer.uint32(tag(field, LENGTH)).fork();
  for (const value of values) writer.double(value);
  writer.ldelim();
}
