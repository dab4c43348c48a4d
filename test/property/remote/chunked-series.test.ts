import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FLOAT, HISTOGRAM, STALE, type RawSeries } from '../../../src/model/raw-series.ts';
import type { FloatHistogram } from '../../../src/model/histogram/float-histogram.ts';
import { encodeChunkedSeries } from '../../../src/remote/encode-chunked-series.ts';
import { readSeries } from '../../../src/remote/read-series.ts';

const contentType = 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse';
const limits = { startMs: -Infinity, endMs: Infinity, maxFrameBytes: 1 << 25, maxBytes: 1 << 30 };

const value = fc.oneof(
  fc.double(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 1e300, Number.MIN_VALUE),
);
const gap = fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 2 ** 40 }));

const span = fc.record({ offset: fc.integer({ min: 0, max: 1000 }), length: fc.integer({ min: 1, max: 4 }) });
const side = fc.array(span, { maxLength: 3 }).chain((spans) =>
  fc.record({
    spans: fc.constant(spans),
    buckets: fc
      .array(fc.double({ noNaN: true }), {
        minLength: spans.reduce((sum, { length }) => sum + length, 0),
        maxLength: spans.reduce((sum, { length }) => sum + length, 0),
      })
      .map((counts) => Float64Array.from(counts)),
  }),
);
const histogram: fc.Arbitrary<FloatHistogram> = fc
  .record({
    schema: fc.integer({ min: -4, max: 8 }),
    zeroThreshold: fc.constantFrom(0, 0.001, 2 ** -128, 1),
    counts: fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }), fc.double()),
    positive: side,
    negative: side,
    hint: fc.constantFrom('unknown', 'reset', 'gauge'),
  })
  .map(({ schema, zeroThreshold, counts, positive, negative, hint }) => ({
    counterResetHint: hint as FloatHistogram['counterResetHint'],
    schema,
    zeroThreshold,
    zeroCount: counts[0],
    count: counts[1],
    sum: counts[2],
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    customValues: [],
  }));

const sample = fc.oneof(
  { weight: 8, arbitrary: value.map((float) => ({ kind: FLOAT, float, histogram: undefined })) },
  { weight: 1, arbitrary: fc.constant({ kind: STALE, float: 0, histogram: undefined }) },
  { weight: 1, arbitrary: histogram.map((one) => ({ kind: HISTOGRAM, float: 0, histogram: one })) },
);

const rawSeries: fc.Arbitrary<RawSeries> = fc
  .array(fc.tuple(gap, sample), { minLength: 1, maxLength: 300 })
  .map((samples) => {
    let now = 1_700_000_000_000;
    return {
      labels: ['__name__', 'x', 'job', 'a'],
      timestampsMs: Float64Array.from(samples, ([step]) => (now += step)),
      values: Float64Array.from(samples, ([, { float }]) => float),
      kinds: Uint8Array.from(samples, ([, { kind }]) => kind),
      histograms: samples.map(([, one]) => one.histogram),
    };
  });

async function roundTrip(series: RawSeries): Promise<readonly RawSeries[]> {
  const frames = (async function* () {
    yield* encodeChunkedSeries(series, 0);
  })();
  const found: RawSeries[] = [];
  for await (const batch of readSeries(frames, contentType, limits)) found.push(...batch);
  return found;
}

it('what is written in chunks is read again, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(rawSeries, async (series) => {
      const [found, ...others] = await roundTrip(series);
      expect(others).toEqual([]);
      expect(found!.labels).toEqual(series.labels);
      expect(found!.timestampsMs).toEqual(series.timestampsMs);
      const kinds = found!.kinds ?? new Uint8Array(series.values.length);
      expect(kinds).toEqual(series.kinds);
      for (const [i, kind] of kinds.entries()) {
        if (kind === FLOAT) expect(Object.is(found!.values[i], series.values[i])).toBe(true);
        if (kind === HISTOGRAM) expect(found!.histograms![i]).toEqual(series.histograms![i]);
      }
    }),
    { numRuns: 200 },
  );
});
