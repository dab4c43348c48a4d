import { Hash64Set } from '../../model/hash64-set.ts';
import type { Block, Segment } from '../segment.ts';
import type { LineRange } from './held-families.ts';

/** Receives the runs of lines of a block that leave. */
export type RangeSink = (block: Block, range: LineRange) => void;

/**
 * Keeps each label set once over the shards of one family. A segment whose lines all end with its shard's own label
 * bytes cannot meet such a line of another shard: those only have their hashes remembered, and are compared from the
 * moment that one segment of the family may overlap. Memory: 8 bytes a line of the family in flight.
 */
export class FamilyDedup {
  readonly #given = new Hash64Set();
  #remembered: Uint32Array[] = [];
  #comparing = false;

  /** Begins a family. `compare`: compare every line from the start. */
  begin(options: { readonly compare: boolean }): void {
    this.#given.clear();
    this.#remembered = [];
    this.#comparing = options.compare;
  }

  /** Gives the lines that were not given yet to `sink`, in as few ranges as possible; returns how many were dropped. */
  give(block: Block, segment: Segment, sink: RangeSink): number {
    if (this.#comparing || segment.compared) {
      this.#startComparing();
      return this.#filter(block, segment, sink);
    }
    const { firstLine, lines, start, end } = segment;
    this.#remembered.push(block.hashes.slice(firstLine * 2, (firstLine + lines) * 2));
    sink(block, { firstLine, endLine: firstLine + lines, start, end });
    return 0;
  }

  #startComparing(): void {
    this.#comparing = true;
    for (const hashes of this.#remembered) {
      for (let i = 0; i < hashes.length; i += 2) this.#given.add(hashes[i]!, hashes[i + 1]!);
    }
    this.#remembered = [];
  }

  #filter(block: Block, segment: Segment, sink: RangeSink): number {
    const { hashes, lineEnds } = block;
    const endLine = segment.firstLine + segment.lines;
    let dropped = 0;
    let firstLine = segment.firstLine;
    let start = segment.start;
    let lineStart = segment.start;
    for (let line = segment.firstLine; line < endLine; line++) {
      const lineEnd = lineEnds[line]!;
      if (!this.#given.add(hashes[line * 2]!, hashes[line * 2 + 1]!)) {
        dropped += 1;
        if (line > firstLine) sink(block, { firstLine, endLine: line, start, end: lineStart });
        firstLine = line + 1;
        start = lineEnd;
      }
      lineStart = lineEnd;
    }
    if (endLine > firstLine) sink(block, { firstLine, endLine, start, end: segment.end });
    return dropped;
  }
}
