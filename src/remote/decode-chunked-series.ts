import protobuf from 'protobufjs/minimal.js';
import { GatewayError } from '../model/errors.ts';
import type { SeriesLabels } from '../model/series-labels.ts';
import { decodeFloatHistogramChunk, decodeHistogramChunk } from './chunks/decode-histogram-chunk.ts';
import { decodeXorChunk } from './chunks/decode-xor-chunk.ts';
import type { SampleSink } from './chunks/sample-sink.ts';
import { LabelReader } from './label-reader.ts';

const decoders: Readonly<Record<number, (chunk: Uint8Array, sink: SampleSink) => void>> = {
  1: decodeXorChunk,
  2: decodeHistogramChunk,
  3: decodeFloatHistogramChunk,
};

/** Told of the series of one `ChunkedReadResponse`: which one it is, then its chunks into the sink that it gives back. */
export type SinkFor = (labels: SeriesLabels) => SampleSink;

/** Decodes the series of one stream. */
export class ChunkedSeriesDecoder {
  readonly #labels = new LabelReader();

  /** Decodes one frame's payload. @throws GatewayError `PG_PARSE_INVALID` */
  decode(payload: Uint8Array, sinkFor: SinkFor): void {
    try {
      const reader = protobuf.Reader.create(payload);
      while (reader.pos < reader.len) {
        const field = reader.uint32();
        if (field >>> 3 === 1) this.#decodeSeries(reader, sinkFor);
        else reader.skipType(field & 7);
      }
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      throw new GatewayError('PG_PARSE_INVALID', `a frame is no series: ${(error as Error).message}`, { cause: error });
    }
  }

  #decodeSeries(reader: protobuf.Reader, sinkFor: SinkFor): void {
    const end = reader.uint32() + reader.pos;
    const labels = this.#labels.begin();
    let sink: SampleSink | undefined;
    while (reader.pos < end) {
      const field = reader.uint32();
      const number = field >>> 3;
      if (number === 1) this.#labels.read(reader);
      else if (number === 2) decodeChunk(reader, (sink ??= sinkFor(labels)));
      else reader.skipType(field & 7);
    }
    if (sink === undefined) sinkFor(labels);
  }
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
