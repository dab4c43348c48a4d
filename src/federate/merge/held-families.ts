import { GatewayError } from '../../model/errors.ts';
import type { Hash64Set } from '../../model/hash64-set.ts';
import type { Block } from '../segment.ts';
import type { Stage } from './stage.ts';

interface HeldLines {
  readonly bytes: Uint8Array;
  /** End offset in `bytes` of each line. */
  readonly lineEnds: Uint32Array;
  readonly hashes: Uint32Array;
}

interface HeldFamily {
  readonly type: string;
  readonly parts: HeldLines[];
}

/** Passed-through families that a rule can also produce, kept until the rules' outputs are known. */
export interface HeldFamilies {
  /** Names in the order of arrival. */
  names(): string[];
  /** TYPE of a held family. */
  type(name: string): string | undefined;
  /**
   * Copies the lines between two line boundaries of a block.
   * @throws GatewayError `PG_LIMIT_BUFFER` over `maxBytes`.
   */
  hold(family: { readonly name: string; readonly type: string }, block: Block, range: LineRange): void;
  /** Writes a family's lines except those in `except`; returns how many were left out. */
  write(name: string, except: Hash64Set, stage: Stage): number;
}

/** Lines `firstLine` up to `endLine` (exclusive), which are the bytes `start` to `end` of their block. */
export interface LineRange {
  readonly firstLine: number;
  readonly endLine: number;
  readonly start: number;
  readonly end: number;
}

export function createHeldFamilies(maxBytes: number): HeldFamilies {
  const families = new Map<string, HeldFamily>();
  let heldBytes = 0;

  return {
    names: () => [...families.keys()],
    type: (name) => families.get(name)?.type,
    hold({ name, type }, block, range) {
      heldBytes += range.end - range.start;
      if (maxBytes > 0 && heldBytes > maxBytes) {
        throw new GatewayError(
          'PG_LIMIT_BUFFER',
          `families that aggregation rules can also produce hold back ${heldBytes} bytes, the limit max_held_back_bytes is ${maxBytes} (at family ${name})`,
        );
      }
      const family = families.get(name) ?? { type, parts: [] };
      families.set(name, family);
      family.parts.push(copyLines(block, range));
    },
    write(name, except, stage) {
      let leftOut = 0;
      for (const part of families.get(name)?.parts ?? []) leftOut += writePart(part, except, stage);
      return leftOut;
    },
  };
}

function copyLines(block: Block, range: LineRange): HeldLines {
  return {
    bytes: block.bytes.slice(range.start, range.end),
    lineEnds: block.lineEnds.slice(range.firstLine, range.endLine).map((end) => end - range.start),
    hashes: block.hashes.slice(range.firstLine * 2, range.endLine * 2),
  };
}

function writePart(part: HeldLines, except: Hash64Set, stage: Stage): number {
  let leftOut = 0;
  let start = 0;
  for (const [line, end] of part.lineEnds.entries()) {
    if (except.has(part.hashes[line * 2]!, part.hashes[line * 2 + 1]!)) leftOut += 1;
    else stage.append(part.bytes, start, end);
    start = end;
  }
  return leftOut;
}
