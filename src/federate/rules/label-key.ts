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
