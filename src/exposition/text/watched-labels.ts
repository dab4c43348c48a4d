import type { ExternalRuns, LabelPair, RunNames } from './external-run.ts';
import { canonicalPair } from './label-set-hash.ts';

interface WatchedName {
  readonly name: Uint8Array;
  readonly bit: number;
}

/** The label names that runs of external labels depend on, and the pairs that may not count as a line's own. */
export class WatchedLabels {
  /** By first byte. */
  readonly #names: readonly (readonly WatchedName[] | undefined)[];
  readonly #notOwn: readonly Uint8Array[];
  /** Bits of the names that an external or an attached label has. */
  readonly externalMask: number;

  constructor(runs: ExternalRuns) {
    this.#names = watchedNames(runs.names);
    const external = externalPairs(runs);
    this.#notOwn = external.map((pair) => new TextEncoder().encode(canonicalPair(...pair)));
    this.externalMask = runs.names.maskOf(external.map(([name]) => name));
  }

  /** The bit of the name in `bytes[start, end)` if it is watched, else 0; -1 for one that no label may have. */
  bitOf(bytes: Uint8Array, start: number, end: number): number {
    const watched = this.#names[bytes[start]!];
    if (watched === undefined) return 0;
    for (const { name, bit } of watched) {
      if (name.length === end - start && startsWith(bytes, start, name)) return bit;
    }
    return 0;
  }

  /** Whether the pair in `bytes[start, end)` is an external or an attached one, so that it may not count as the line's own. */
  isExternal(bytes: Uint8Array, start: number, end: number): boolean {
    for (const pair of this.#notOwn) {
      if (pair.length === end - start && startsWith(bytes, start, pair)) return true;
    }
    return false;
  }
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text[i]) return false;
  }
  return true;
}

function externalPairs({ names, appended }: ExternalRuns): LabelPair[] {
  return [...names.attached, ...appended].filter(([, value]) => value !== '');
}

function watchedNames(names: RunNames): (WatchedName[] | undefined)[] {
  const byFirstByte: (WatchedName[] | undefined)[] = Array.from({ length: 256 });
  // A series has one metric name: a label of that name is left to the parser, which refuses it.
  const bits = [...names.names.map((name) => [name, names.maskOf([name])] as const), ['__name__', -1] as const];
  for (const [text, bit] of bits) {
    const name = new TextEncoder().encode(text);
    (byFirstByte[name[0]!] ??= []).push({ name, bit });
  }
  return byFirstByte;
}
