import type { LabelSet } from '../../model/label-set.ts';

/**
 * A text that two label sets share exactly when they are equal, for use as a map key and between threads. NUL separates;
 * the rare NUL inside a name or value is escaped. One-byte characters throughout, so that the engine stores it compactly.
 */
export function labelKey(labels: LabelSet): string {
  let key = '';
  for (let i = 0; i < labels.length; i++) {
    const part = labels[i]!;
    const escaped = needsEscape.test(part) ? escapeSeparators(part) : part;
    key = i === 0 ? escaped : `${key}\0${escaped}`;
  }
  return key;
}

/** The label set that {@link labelKey} gave `key` for. */
export function parseLabelKey(key: string): LabelSet {
  if (key === '') return [];
  const parts = key.split('\0');
  return key.includes('\u0001') ? parts.map(unescapeSeparators) : parts;
}

// oxlint-disable-next-line no-control-regex -- these two control characters are the ones the key gives a meaning
const needsEscape = /[\0\u0001]/;

function escapeSeparators(part: string): string {
  return part.replaceAll('\u0001', '\u0001b').replaceAll('\0', '\u0001a');
}

function unescapeSeparators(part: string): string {
  return part.replaceAll('\u0001a', '\0').replaceAll('\u0001b', '\u0001');
}
