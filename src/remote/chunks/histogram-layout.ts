import { GatewayError } from '../../model/errors.ts';
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

/** Of exponential buckets. */
const [minSchema, maxSchema] = [-4, 8];

/** @throws GatewayError `PG_PARSE_INVALID` where the chunk cannot hold what it says */
export function readLayout(reader: BitReader): HistogramLayout {
  const zeroThreshold = readZeroThreshold(reader);
  const schema = readVarbitInt(reader);
  if (schema !== CUSTOM_SCHEMA && (schema < minSchema || schema > maxSchema)) throw invalid(`has schema ${schema}`);
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const customValues = schema === CUSTOM_SCHEMA ? readCustomValues(reader) : [];
  const [positiveLength, negativeLength] = [lengthOf(positiveSpans), lengthOf(negativeSpans)];
  // Each bucket takes a bit at least.
  checkCount(positiveLength + negativeLength, reader, 'buckets');
  return { schema, zeroThreshold, positiveSpans, negativeSpans, positiveLength, negativeLength, customValues };
}

function lengthOf(spans: readonly BucketSpan[]): number {
  return spans.reduce((sum, { length }) => sum + length, 0);
}

function checkCount(count: number, reader: BitReader, what: string): number {
  if (count > reader.remaining) throw invalid(`has ${count} ${what} in ${reader.remaining} bits`);
  return count;
}

function invalid(what: string): GatewayError {
  return new GatewayError('PG_PARSE_INVALID', `a histogram in a chunk ${what}`);
}

function readZeroThreshold(reader: BitReader): number {
  const code = reader.read(8);
  if (code === 0) return 0;
  if (code !== 255) return 2 ** (code - 244);
  reader.read64(64);
  return floatOf(reader.high, reader.low);
}

function readSpans(reader: BitReader): BucketSpan[] {
  const count = checkCount(readVarbitUint(reader), reader, 'spans');
  return Array.from({ length: count }, (_, i) => {
    const length = readVarbitUint(reader);
    const offset = readVarbitInt(reader);
    if (Math.abs(offset) > 2 ** 31 || (i > 0 && offset < 0)) throw invalid(`has a span at offset ${offset}`);
    return { length, offset };
  });
}

function readCustomValues(reader: BitReader): number[] {
  const count = checkCount(readVarbitUint(reader), reader, 'bounds');
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
