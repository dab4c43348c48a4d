import { GatewayError } from '../model/errors.ts';
import { Hash64Set } from '../model/hash64-set.ts';
import { hashLabels } from '../model/hash-labels.ts';
import type { RawSeries } from '../model/raw-series.ts';
import type { SeriesLabels } from '../model/series-labels.ts';
import { SampleSink } from './chunks/sample-sink.ts';
import { ChunkedSeriesDecoder } from './decode-chunked-series.ts';
import { decodeSampledSeries } from './decode-sampled-series.ts';
import { readFrames } from './read-frames.ts';
import { uncompressSnappy } from './uncompress-snappy.ts';

export interface ReadRange {
  /** Unix ms, both ends included; samples outside are dropped, as chunks overhang. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface ReadSeriesLimits {
  readonly maxFrameBytes: number;
  /** Of the whole response. */
  readonly maxBytes: number;
}

const batchSize = 256;

/**
 * The series of a response to a remote read of one query, in its order, each once as long as the parts of one follow one
 * another. Series without samples in the range are left out.
 * @throws GatewayError `PG_PARSE_INVALID`, `PG_LIMIT_BUFFER`; what `body` fails with
 */
export async function* readSeries(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  options: ReadRange & ReadSeriesLimits,
): AsyncGenerator<readonly RawSeries[], void> {
  const bounded = atMost(body, options.maxBytes);
  if (contentType.startsWith('application/x-streamed-protobuf')) yield* streamed(bounded, options);
  else yield* sampled(bounded, options);
}

async function* streamed(
  body: AsyncIterable<Uint8Array>,
  options: ReadRange & ReadSeriesLimits,
): AsyncGenerator<readonly RawSeries[], void> {
  const sink = new SampleSink(options);
  let labels: SeriesLabels | undefined;
  let batch: RawSeries[] = [];
  const begin = refuseTwice();
  const finish = (): void => {
    if (labels !== undefined && sink.length > 0) batch.push(sink.take(labels));
  };
  const sinkFor = (next: SeriesLabels): SampleSink => {
    // One series may be cut over several frames.
    if (labels === undefined || !sameLabels(labels, next)) {
      finish();
      begin(next);
      labels = next;
    }
    return sink;
  };
  const decoder = new ChunkedSeriesDecoder();
  for await (const payloads of readFrames(body, options)) {
    for (const payload of payloads) decoder.decode(payload, sinkFor);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  finish();
  if (batch.length > 0) yield batch;
}

/** A series whose frames do not follow one another was sent twice, or frames were. Order alone proves nothing: external labels may break it. */
function refuseTwice(): (labels: SeriesLabels) => void {
  const seen = new Hash64Set();
  const words = new Uint32Array(2);
  return (labels) => {
    hashLabels(labels, words);
    if (seen.add(words[0]!, words[1]!)) return;
    throw new GatewayError('PG_PARSE_INVALID', 'the stream holds a series twice, not in one piece');
  };
}

function sameLabels(a: SeriesLabels, b: SeriesLabels): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** The old kind of response: one snappy block. */
async function* sampled(
  body: AsyncIterable<Uint8Array>,
  options: ReadRange & ReadSeriesLimits,
): AsyncGenerator<readonly RawSeries[], void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
  let batch: RawSeries[] = [];
  for (const series of decodeSampledSeries(uncompress(Buffer.concat(chunks), options.maxBytes), options)) {
    batch.push(series);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function uncompress(block: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return uncompressSnappy(block, maxBytes);
  } catch (error) {
    const reason = `the response is no snappy block of at most ${maxBytes} bytes: ${(error as Error).message}`;
    throw new GatewayError('PG_PARSE_INVALID', reason, { cause: error });
  }
}

async function* atMost(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  let received = 0;
  for await (const chunk of body) {
    received += chunk.length;
    if (received > maxBytes) {
      const reason = `the response exceeds query.limits.max_upstream_bytes ${maxBytes}`;
      throw new GatewayError('PG_LIMIT_BUFFER', reason);
    }
    yield chunk;
  }
}
