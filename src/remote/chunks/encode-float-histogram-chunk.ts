import { CUSTOM_SCHEMA } from '../../model/histogram/buckets.ts';
import type { BucketSpan, CounterResetHint, FloatHistogram } from '../../model/histogram/float-histogram.ts';
import { BitWriter } from './bit-writer.ts';
import { writeVarbitInt, writeVarbitUint } from './varbit.ts';

const resetHeader: Readonly<Record<CounterResetHint, number>> = {
  unknown: 0,
  reset: 0x80,
  'no-reset': 0x40,
  gauge: 0xc0,
};
const scratch = new DataView(new ArrayBuffer(8));

/**
 * One histogram as a chunk of float histograms of its own: histograms of a series need not have the same buckets, which
 * those of one chunk must.
 */
export function encodeFloatHistogramChunk(histogram: FloatHistogram, timestampMs: number): Uint8Array {
  const writer = new BitWriter();
  writer.write(1, 16);
  writer.write(resetHeader[histogram.counterResetHint], 8);
  writeLayout(writer, histogram);
  writeVarbitInt(writer, timestampMs);
  const { count, zeroCount, sum, positiveBuckets, negativeBuckets } = histogram;
  for (const value of [count, zeroCount, sum, ...positiveBuckets, ...negativeBuckets]) writeFloat(writer, value);
  return writer.toBytes();
}

function writeLayout(writer: BitWriter, histogram: FloatHistogram): void {
  const { schema, zeroThreshold, positiveSpans, negativeSpans, customValues } = histogram;
  if (zeroThreshold === 0) {
    writer.write(0, 8);
  } else {
    writer.write(255, 8);
    writeFloat(writer, zeroThreshold);
  }
  writeVarbitInt(writer, schema);
  writeSpans(writer, positiveSpans);
  writeSpans(writer, negativeSpans);
  if (schema !== CUSTOM_SCHEMA) return;
  writeVarbitUint(writer, customValues.length);
  for (const value of customValues) {
    writeVarbitUint(writer, 0);
    writeFloat(writer, value);
  }
}

function writeSpans(writer: BitWriter, spans: readonly BucketSpan[]): void {
  writeVarbitUint(writer, spans.length);
  for (const { offset, length } of spans) {
    writeVarbitUint(writer, length);
    writeVarbitInt(writer, offset);
  }
}

function writeFloat(writer: BitWriter, value: number): void {
  scratch.setFloat64(0, value);
  writer.write64(scratch.getUint32(0), scratch.getUint32(4), 64);
}
