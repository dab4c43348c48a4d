import protobuf from 'protobufjs/minimal.js';
import SnappyJS from 'snappyjs';
import type { MatchOperator, Matcher } from '../model/matcher.ts';
import { tag } from './write-message.ts';

/** `ReadRequest.ResponseType`. */
const SAMPLES = 0;
const STREAMED_XOR_CHUNKS = 1;

/** How the series of a remote read are sent: whole, or as frames of chunks. */
export type ReadFormat = 'samples' | 'chunks';

/** One query of a remote read. */
export interface ReadQuery {
  /** Unix ms, both ends included. */
  readonly startMs: number;
  readonly endMs: number;
  readonly matchers: readonly Pick<Matcher, 'name' | 'operator' | 'value'>[];
  readonly hints?: ReadHints;
}

interface ReadHints {
  readonly stepMs: number;
  readonly function: string;
  readonly rangeMs: number;
  readonly grouping: readonly string[];
  readonly by: boolean;
}

const matchTypes: Readonly<Record<MatchOperator, number>> = { '=': 0, '!=': 1, '=~': 2, '!~': 3 };

/** The body of `POST /api/v1/read`: a snappy block that asks for chunks, and takes samples where there are none. */
export function encodeReadRequest(query: ReadQuery): Uint8Array {
  const writer = protobuf.Writer.create();
  writeQuery(query, writer.uint32(tag(1, 2)).fork()).ldelim();
  writer.uint32(tag(2, 2)).fork().int32(STREAMED_XOR_CHUNKS).int32(SAMPLES).ldelim();
  return SnappyJS.compress(writer.finish());
}

function writeQuery({ startMs, endMs, matchers, hints }: ReadQuery, writer: protobuf.Writer): protobuf.Writer {
  writer.uint32(tag(1, 0)).int64(startMs).uint32(tag(2, 0)).int64(endMs);
  for (const { name, operator, value } of matchers) {
    const matcher = writer.uint32(tag(3, 2)).fork();
    if (matchTypes[operator] !== 0) matcher.uint32(tag(1, 0)).int32(matchTypes[operator]);
    matcher.uint32(tag(2, 2)).string(name).uint32(tag(3, 2)).string(value).ldelim();
  }
  if (hints !== undefined) writeHints(hints, { startMs, endMs }, writer.uint32(tag(4, 2)).fork()).ldelim();
  return writer;
}

function writeHints(
  hints: ReadHints,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  writer: protobuf.Writer,
): protobuf.Writer {
  writer.uint32(tag(1, 0)).int64(hints.stepMs);
  if (hints.function !== '') writer.uint32(tag(2, 2)).string(hints.function);
  writer.uint32(tag(3, 0)).int64(startMs).uint32(tag(4, 0)).int64(endMs);
  for (const label of hints.grouping) writer.uint32(tag(5, 2)).string(label);
  if (hints.by) writer.uint32(tag(6, 0)).bool(true);
  return writer.uint32(tag(7, 0)).int64(hints.rangeMs);
}
