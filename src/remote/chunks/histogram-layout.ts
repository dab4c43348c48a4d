import type { BucketSpan, CounterResetHint } from '../../model/histogram/float-histogram.ts';
import { CUSTOM_SCHEMA } from '../../model/histogram/buckets.ts';
import type { BitReader } from './bit-reader.ts';
import { readVarbitInt, readVarbitUint } from './varbit.ts';
import { floatOf } from './xor-value.ts';

/** What all histograms of a chunk have in common. */
export interface HistogramLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly negativeSpans: readonly BucketSpan[];
  readonly positiveLength: number;
  readonly negativeLength: number;
  readonly customValues: readonly number[];
}

const maxSpans = 100_000;

export function readLayout(reader: BitReader): HistogramLayout {
  const zeroThreshold = readZeroThreshold(reader);
  const schema = readVarbitInt(reader);
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const lengthOf = (spans: readonly BucketSpan[]): number => spans.reduce((sum, { length }) => sum + length, 0);
  return {
    schema,
    zeroThreshold,
    positiveSpans,
    negativeSpans,
    positiveLength: lengthOf(positiveSpans),
    negativeLength: lengthOf(negativeSpans),
    customValues: schema === CUSTOM_SCHEMA ? readCustomValues(reader) : [],
  };
}

function readZeroThreshold(reader: BitReader): number {
  const code = reader.read(8);
  if (code === 0) return 0;
  if (code !== 255) return 2 ** (code - 244);
  reader.read64(64);
  return floatOf(reader.high, reader.low);
}

function readSpans(reader: BitReader): BucketSpan[] {
  const count = Math.min(maxSpans, readVarbitUint(reader));
  return Array.from({ length: count }, () => {
    const length = readVarbitUint(reader);
    return { length, offset: readVarbitInt(reader) };
  });
}

function readCustomValues(reader: BitReader): number[] {
  const count = Math.min(maxSpans, readVarbitUint(reader));
  return Array.from({ length: count }, () => {
    const code = readVarbitUint(reader);
    // Thousandths plus one, or the float itself behind a zero.
    if (code !== 0) return (code - 1) / 1000;
    reader.read64(64);
    return floatOf(reader.high, reader.low);
  });
}

/** What the header of a chunk says of its sample `index`. */
export function resetHint(header: number, index: number): CounterResetHint {
  const code = header >> 6;
  if (code === 3) return 'gauge';
  if (index > 0) return 'no-reset';
  return code === 2 ? 'reset' : 'unknown';
}
