import type { LabelSet } from '../../model/label-set.ts';

/**
 * A text that two label sets share exactly when they are equal, for use as a map key and between threads: JSON, because
 * the engine writes it faster than any separator scheme with escapes that was tried.
 */
export function labelKey(labels: LabelSet): string {
  return JSON.stringify(labels);
}

/** The label set that {@link labelKey} gave `key` for. */
export function parseLabelKey(key: string): LabelSet {
  return JSON.parse(key) as string[];
}

/**
 * Label keys in one piece, which crosses to another thread at the cost of its bytes, and is let go of sooner than a text of
 * that length would be. JSON holds neither raw line feeds nor lone surrogates.
 */
export function encodeLabelKeys(keys: readonly string[]): Uint8Array {
  return new TextEncoder().encode(keys.join('\n'));
}

/** The keys that {@link encodeLabelKeys} was given, at least one. Each of them keeps the text of all in memory. */
export function* decodeLabelKeys(bytes: Uint8Array): Generator<string> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield text.slice(start, end);
    start = end + 1;
  }
}
