import assert from 'node:assert/strict';
import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import { FLOAT, HISTOGRAM, STALE, type RawSeries } from '../../../src/model/raw-series.ts';
import { decodeReadRequest } from '../../../src/remote/decode-read-request.ts';
import { encodeChunkedSeries } from '../../../src/remote/encode-chunked-series.ts';
import { encodeReadResponse } from '../../../src/remote/encode-read-response.ts';
import { ChunkedSeriesDecoder } from '../../../src/remote/decode-chunked-series.ts';
import { decodeSampledSeries } from '../../../src/remote/decode-sampled-series.ts';
import { SampleSink } from '../../../src/remote/chunks/sample-sink.ts';
import { readSeries } from '../../../src/remote/read-series.ts';
import { type FuzzTarget, bytesOf } from '../engine/fuzz-target.ts';
import { isListed, orListed } from './only-codes.ts';

const range = { startMs: 1_600_000_000_000, endMs: 1_800_000_000_000 };
const limits = { ...range, maxFrameBytes: 1 << 20, maxBytes: 1 << 22 };
const tokens = bytesOf(['\x00', '\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01', '\n', '\x12']).concat([
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
  Buffer.from([0xff, 0xff]),
  Buffer.alloc(40, 0xff),
  Buffer.alloc(40),
]);

const histogram = {
  counterResetHint: 'unknown',
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 6,
  sum: 7.5,
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveBuckets: Float64Array.of(2, 3),
  negativeSpans: [],
  negativeBuckets: new Float64Array(0),
  customValues: [],
} as const;

function seriesOf(values: readonly number[], kinds: readonly number[]): RawSeries {
  return {
    labels: ['__name__', 'm', 'job', 'a'],
    timestampsMs: Float64Array.from(values, (_, i) => 1_700_000_000_000 + i * 15_000 + (i % 3)),
    values: Float64Array.from(values),
    kinds: Uint8Array.from(kinds),
    histograms: kinds.map((kind) => (kind === HISTOGRAM ? histogram : undefined)),
  };
}

const samples = [
  seriesOf([1, 2, 2, 3.5, Number.NaN, 1e300], [FLOAT, FLOAT, FLOAT, FLOAT, FLOAT, FLOAT]),
  seriesOf([0, 0, 0], [HISTOGRAM, HISTOGRAM, STALE]),
  seriesOf([0, 1], [STALE, FLOAT]),
];

const framed = samples.map((series) => Buffer.concat([...encodeChunkedSeries(series, 0)]));
const sampled = samples.map((series) => encodeReadResponse([[series]]));
/** Behind length and checksum, which hardly any damage would get past. */
const payloads = framed.map((frame) => frame.subarray(frame.findIndex((byte) => byte < 0x80) + 5));

/** Frames with their checksums, cut anywhere. */
export const readFramesTarget: FuzzTarget = {
  name: 'remote-read-frames',
  seeds: framed,
  tokens,
  async run(input) {
    const cut = input.length >> 1;
    const body = (async function* () {
      yield input.subarray(0, cut);
      yield input.subarray(cut);
    })();
    try {
      for await (const batch of readSeries(body, 'application/x-streamed-protobuf', limits)) checkAll(batch);
    } catch (error) {
      isListed(error, ['PG_PARSE_INVALID', 'PG_LIMIT_BUFFER']);
    }
  },
};

/** What stands in a frame: labels, XOR and histogram chunks. */
export const readChunksTarget: FuzzTarget = {
  name: 'remote-read-chunks',
  seeds: payloads,
  tokens,
  run(input) {
    const sink = new SampleSink(range);
    orListed(() => new ChunkedSeriesDecoder().decode(input, () => sink), ['PG_PARSE_INVALID']);
    checkAll([sink.take([])]);
  },
};

/** The old form: samples, here without their compression. */
export const readSamplesTarget: FuzzTarget = {
  name: 'remote-read-samples',
  seeds: sampled.map((block) => new Uint8Array(SnappyJS.uncompress(block))),
  tokens,
  run: (input) => checkAll(orListed(() => decodeSampledSeries(input, range), ['PG_PARSE_INVALID']) ?? []),
};

/** The same in snappy. */
export const readSnappyTarget: FuzzTarget = {
  name: 'remote-read-snappy',
  seeds: sampled,
  tokens,
  async run(input) {
    const body = (async function* () {
      yield input;
    })();
    try {
      for await (const batch of readSeries(body, 'application/x-protobuf', limits)) checkAll(batch);
    } catch (error) {
      isListed(error, ['PG_PARSE_INVALID', 'PG_LIMIT_BUFFER']);
    }
  },
};

/** What clients ask of our own endpoint; damaged behind the compression. */
export const readRequestTarget: FuzzTarget = {
  name: 'remote-read-request',
  seeds: [requestMessage()],
  tokens,
  run(input) {
    for (const body of [SnappyJS.compress(input), input]) {
      const request = orListed(() => decodeReadRequest(body, 1 << 20), ['PG_BAD_REQUEST']);
      for (const { matchers, startMs, endMs } of request?.queries ?? []) {
        assert.ok(typeof startMs === 'number' && typeof endMs === 'number');
        for (const { name, value } of matchers) assert.ok(typeof name === 'string' && typeof value === 'string');
      }
    }
  },
};

function requestMessage(): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(10).fork().uint32(8).int64(1_700_000_000_000).uint32(16).int64(1_700_000_060_000);
  writer.uint32(26).fork().uint32(8).int32(2).uint32(18).string('__name__').uint32(26).string('job:.+').ldelim();
  writer.ldelim();
  writer.uint32(18).fork().int32(1).int32(0).ldelim();
  return writer.finish();
}

function checkAll(batch: readonly RawSeries[]): void {
  for (const { labels, timestampsMs, values } of batch) {
    assert.equal(labels.length % 2, 0);
    assert.equal(timestampsMs.length, values.length);
    for (let i = 0; i < timestampsMs.length; i++) {
      const at = timestampsMs[i]!;
      assert.ok(at >= range.startMs && at <= range.endMs, `a sample at ${at} lies outside of the range`);
      assert.ok(i === 0 || at > timestampsMs[i - 1]!, 'samples out of order');
    }
  }
}
