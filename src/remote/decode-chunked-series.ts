import protobuf from 'protobufjs/minimal.js';
import { GatewayError } from '../model/errors.ts';
import type { SeriesLabels } from '../model/series-labels.ts';
import { decodeFloatHistogramChunk, decodeHistogramChunk } from './chunks/decode-histogram-chunk.ts';
import { decodeXorChunk } from './chunks/decode-xor-chunk.ts';
import type { SampleSink } from './chunks/sample-sink.ts';

const decoders: Readonly<Record<number, (chunk: Uint8Array, sink: SampleSink) => void>> = {
  1: decodeXorChunk,
  2: decodeHistogramChunk,
  3: decodeFloatHistogramChunk,
};

/** Told of the series of one `ChunkedReadResponse`: which one it is, then its chunks into the sink that it gives back. */
export type SinkFor = (labels: SeriesLabels) => SampleSink;

/** Decodes one frame's payload. @throws GatewayError `PG_PARSE_INVALID` */
export function decodeChunkedSeries(payload: Uint8Array, sinkFor: SinkFor): void {
  try {
    const reader = protobuf.Reader.create(payload);
    while (reader.pos < reader.len) {
      const field = reader.uint32();
      if (field >>> 3 === 1) decodeSeries(reader, sinkFor);
      else reader.skipType(field & 7);
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('PG_PARSE_INVALID', `a frame is no series: ${(error as Error).message}`, { cause: error });
  }
}

function decodeSeries(reader: protobuf.Reader, sinkFor: SinkFor): void {
  const end = reader.uint32() + reader.pos;
  const labels: string[] = [];
  let sink: SampleSink | undefined;
  while (reader.pos < end) {
    const field = reader.uint32();
    const number = field >>> 3;
    if (number === 1) decodeLabel(reader, labels);
    else if (number === 2) decodeChunk(reader, (sink ??= sinkFor(labels)));
    else reader.skipType(field & 7);
  }
  if (sink === undefined) sinkFor(labels);
}

/** Appends the pair. */
export function decodeLabel(reader: protobuf.Reader, labels: string[]): void {
  const end = reader.uint32() + reader.pos;
  let name = '';
  let value = '';
  while (reader.pos < end) {
    const field = reader.uint32();
    if (field >>> 3 === 1) name = reader.string();
    else if (field >>> 3 === 2) value = reader.string();
    else reader.skipType(field & 7);
  }
  labels.push(name, value);
}

function decodeChunk(reader: protobuf.Reader, sink: SampleSink): void {
  const end = reader.uint32() + reader.pos;
  let type = 0;
  let data: Uint8Array = new Uint8Array(0);
  while (reader.pos < end) {
    const field = reader.uint32();
    if (field >>> 3 === 3) type = reader.int32();
    else if (field >>> 3 === 4) data = reader.bytes();
    else reader.skipType(field & 7);
  }
  const decode = decoders[type];
  if (decode === undefined) throw new GatewayError('PG_PARSE_INVALID', `a chunk has the unknown encoding ${type}`);
  decode(data, sink);
}
