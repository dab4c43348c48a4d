import { expect, it } from 'vitest';
import { HISTOGRAM, STALE } from '../../../src/model/raw-series.ts';
import { decodeFloatHistogramChunk, decodeHistogramChunk } from '../../../src/remote/chunks/decode-histogram-chunk.ts';
import { SampleSink } from '../../../src/remote/chunks/sample-sink.ts';
import { bits, float } from './chunk-bits.ts';

/** Four samples, flags, no zero threshold, schema 0, one span of two positive buckets, no negative ones; 1000 ms. */
const fourSamples = '0000000000000100 00000000 00000000 0 10001 10010 0 0 11110001111101000';
/** 15,000 ms later. */
const later = '111110000011101010011000';
const zero = '0';
const one = '10001';
const two = '10010';
/** After 4.5: all 64 bits of the difference. */
const turnsStale = `11 00000 000000 ${(BigInt(`0b${float(4.5)}`) ^ BigInt(`0b${float('stale')}`)).toString(2).padStart(64, '0')}`;
/** The third sample, at the same pace; then the fourth, a millisecond late. No buckets stand behind their sums. */
const staleTwice = `${zero} ${zero} ${zero} ${turnsStale} ${one} ${zero} ${zero} 0`;

it.each([
  [
    'integer',
    decodeHistogramChunk,
    `${fourSamples} 10011 ${one} ${float(4.5)} ${one} ${zero} ${later} ${two} ${zero} 0 ${one} ${zero} ${staleTwice}`,
    { count: 5, positiveBuckets: Float64Array.of(2, 2) },
  ],
  [
    'float',
    decodeFloatHistogramChunk,
    `${fourSamples} ${[3, 1, 4.5, 1, 1].map(float).join(' ')} ${later} 0 0 0 0 0 ${staleTwice}`,
    { count: 3, positiveBuckets: Float64Array.of(1, 1) },
  ],
])('decodes %s histograms, and stale markers, which have no buckets', (_kind, decode, text, second) => {
  const sink = new SampleSink({ startMs: 0, endMs: 1e9 });
  decode(bits(text), sink);
  const { timestampsMs, kinds, histograms } = sink.take([]);
  expect(timestampsMs).toEqual(Float64Array.of(1000, 16_000, 31_000, 46_001));
  expect(kinds).toEqual(Uint8Array.of(HISTOGRAM, HISTOGRAM, STALE, STALE));
  const first = {
    counterResetHint: 'unknown',
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 1,
    count: 3,
    sum: 4.5,
    positiveSpans: [{ offset: 0, length: 2 }],
    positiveBuckets: Float64Array.of(1, 1),
    negativeSpans: [],
    negativeBuckets: new Float64Array(0),
    customValues: [],
  };
  expect(histograms).toEqual([first, { ...first, counterResetHint: 'no-reset', ...second }]);
});

/** A number as the format's varbit of 56 bits. */
const varbit56 = (value: number): string => `11111110${value.toString(2).padStart(56, '0')}`;
/** Two bytes of count, flags, no zero threshold. */
const histogramHead = '0000000000000001 00000000 00000000';
/** Schema 0. */
const schema = '0';

it.each([
  ['more spans than it has bits', `${histogramHead} ${schema} ${varbit56(2 ** 40)}`, /1099511627776 spans in \d+ bits/],
  // One span (110 and a six-bit one) of that length at offset 0; no negative spans.
  [
    'more buckets than it has bits',
    `${histogramHead} ${schema} 10001 ${varbit56(2 ** 40)} 0 0`,
    /1099511627776 buckets in \d+ bits/,
  ],
  ['a schema that nobody knows', `${histogramHead} 110 010100 0 0`, /has schema 20/],
])('a histogram that says it has %s is refused at once', (_what, text, reason) => {
  const sink = new SampleSink({ startMs: 0, endMs: 1e9 });
  expect(() => decodeHistogramChunk(bits(text), sink)).toThrow(reason);
});
