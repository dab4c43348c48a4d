import type protobuf from 'protobufjs/minimal.js';
import type { SeriesLabels } from '../model/series-labels.ts';

/** Wire types of protobuf. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;

/** Field number and wire type in one. */
export function tag(field: number, wireType: typeof VARINT | typeof FIXED64 | typeof LENGTH): number {
  return (field << 3) | wireType;
}

/** The `labels` of a series, which are its first field in every kind of response. */
export function writeLabels(writer: protobuf.Writer, labels: SeriesLabels): void {
  for (let i = 0; i < labels.length; i += 2) {
    writer.uint32(tag(1, LENGTH)).fork().uint32(tag(1, LENGTH)).string(labels[i]!);
    writer
      .uint32(tag(2, LENGTH))
      .string(labels[i + 1]!)
      .ldelim();
  }
}
