import { createHash } from 'node:crypto';
import type { BlockSource } from '../../../../src/federate/merge/shard-cursor.ts';
import type { Block, Segment } from '../../../../src/federate/segment.ts';

const encoder = new TextEncoder();

/** Lines of one family; `compared` as in {@link Segment}. */
export interface FamilyLines {
  readonly family: string;
  readonly lines: readonly string[];
  readonly compared?: boolean;
  readonly type?: string;
  /** Two words a line; by default made from its text. */
  readonly hashes?: readonly number[];
}

/** A block of the given families. The hash of a line is one of its text up to the last space, its label set here. */
export function blockOf(...families: readonly FamilyLines[]): Block {
  const segments: Segment[] = [];
  const lineEnds: number[] = [];
  const hashes: number[] = [];
  let text = '';
  for (const { family, lines, compared = false, type = 'untyped', hashes: given } of families) {
    const [start, firstLine] = [text.length, lineEnds.length];
    for (const line of lines) {
      text += `${line}\n`;
      lineEnds.push(text.length);
      const digest = createHash('md5').update(line.split('} ')[0]!).digest();
      if (given === undefined) hashes.push(digest.readUInt32LE(0), digest.readUInt32LE(4));
    }
    if (given !== undefined) hashes.push(...given);
    segments.push({ family, type, start, end: text.length, firstLine, lines: lines.length, compared });
  }
  return {
    bytes: encoder.encode(text),
    segments,
    lineEnds: Uint32Array.from(lineEnds),
    hashes: Uint32Array.from(hashes),
  };
}

/** Gives `blocks` after a few turns of the event loop each; with `error` it rejects after the last one. */
export function sourceOf(blocks: readonly Block[], error?: Error): BlockSource & { readonly released: Block[] } {
  const left = [...blocks];
  const released: Block[] = [];
  return {
    released,
    async next() {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      const block = left.shift();
      if (block === undefined && error !== undefined) throw error;
      return block;
    },
    release: (block) => released.push(block),
  };
}
