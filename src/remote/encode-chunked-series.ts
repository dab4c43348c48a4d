import CRC32C from 'crc-32/crc32c.js';
import protobuf from 'protobufjs/minimal.js';
import { HISTOGRAM, type RawSeries } from '../model/raw-series.ts';
import { encodeFloatHistogramChunk } from './chunks/encode-float-histogram-chunk.ts';
import { encodeXorChunk } from './chunks/encode-xor-chunk.ts';
import { LENGTH, tag, VARINT, writeLabels } from './write-message.ts';

const XOR = 1;
const FLOAT_HISTOGRAM = 3;
/** As many samples as a server puts into one. */
const chunkSamples = 120;
/** A series that is larger is cut into several frames. */
const frameBytes = 1024 * 1024;

/**
 * A series with samples as frames of a `ChunkedReadResponse`, at least one.
 * @see https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/
 */
export function* encodeChunkedSeries(series: RawSeries, queryIndex: number): Generator<Uint8Array, void> {
  let chunks: Chunk[] = [];
  let bytes = 0;
  for (const chunk of chunksOf(series)) {
    chunks.push(chunk);
    bytes += chunk.data.length;
    if (bytes < frameBytes) continue;
    yield frame(series, chunks, queryIndex);
    chunks = [];
    bytes = 0;
  }
  if (chunks.length > 0) yield frame(series, chunks, queryIndex);
}

interface Chunk {
  readonly type: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly data: Uint8Array;
}

function* chunksOf(series: RawSeries): Generator<Chunk, void> {
  const { timestampsMs, kinds, histograms } = series;
  for (let from = 0; from < timestampsMs.length;) {
    const minMs = timestampsMs[from]!;
    if (kinds?.[from] === HISTOGRAM) {
      const data = encodeFloatHistogramChunk(histograms![from]!, minMs);
      yield { type: FLOAT_HISTOGRAM, minMs, maxMs: minMs, data };
      from += 1;
      continue;
    }
    let to = from + 1;
    while (to < timestampsMs.length && to - from < chunkSamples && kinds?.[to] !== HISTOGRAM) to += 1;
    yield { type: XOR, minMs, maxMs: timestampsMs[to - 1]!, data: encodeXorChunk(series, from, to) };
    from = to;
  }
}

function frame({ labels }: RawSeries, chunks: readonly Chunk[], queryIndex: number): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, LENGTH)).fork();
  writeLabels(writer, labels);
  for (const { minMs, maxMs, type, data } of chunks) {
    writer.uint32(tag(2, LENGTH)).fork().uint32(tag(1, VARINT)).int64(minMs).uint32(tag(2, VARINT)).int64(maxMs);
    writer.uint32(tag(3, VARINT)).int32(type).uint32(tag(4, LENGTH)).bytes(data).ldelim();
  }
  writer.ldelim();
  if (queryIndex > 0) writer.uint32(tag(2, VARINT)).int64(queryIndex);
  return framed(writer.finish());
}

/** `uvarint(length) || uint32be crc32c(payload) || payload` */
function framed(payload: Uint8Array): Uint8Array {
  const head = protobuf.Writer.create().uint32(payload.length).finish();
  const bytes = new Uint8Array(head.length + 4 + payload.length);
  bytes.set(head);
  new DataView(bytes.buffer).setInt32(head.length, CRC32C.buf(payload));
  bytes.set(payload, head.length + 4);
  return bytes;
}
