import type { LineCounter } from 'yaml';
import type { Pointer } from './pointer.ts';
import { parentPointer } from './pointer.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed document: its plain value, and where in the text each part of it stands. */
export interface ConfigSource {
  readonly file: string;
  /** Plain data: mappings have no prototype; what an alias stands for is copied. */
  readonly value: unknown;
  /** Whether the text itself has this value (defaults are filled into {@link ConfigSource.value} later). */
  has(pointer: Pointer): boolean;
  /** Of the key or the value; of the nearest ancestor where the text has no such value. Offsets count from 1. */
  position(pointer: Pointer, part: 'key' | 'value'): Position;
}

/** Offsets in the text. List items have no key of their own: theirs is the value's. */
export interface Offsets {
  readonly key: number;
  readonly value: number;
}

export interface SourceParts {
  readonly file: string;
  readonly value: unknown;
  readonly offsets: ReadonlyMap<Pointer, Offsets>;
  readonly lines: LineCounter;
}

export function createConfigSource({ file, value, offsets, lines }: SourceParts): ConfigSource {
  return {
    file,
    value,
    has: (pointer) => offsets.has(pointer),
    position: (pointer, part) => {
      let at = pointer;
      while (at !== '' && !offsets.has(at)) at = parentPointer(at);
      const found = offsets.get(at)?.[at === pointer ? part : 'key'] ?? 0;
      const { line, col } = lines.linePos(found);
      return { line: Math.max(1, line), column: Math.max(1, col) };
    },
  };
}
