import type { SeriesLabels } from './series-labels.ts';

/**
 * A 64-bit hash of a label set into `out[0]` (low) and `out[1]` (high). Two independent 32-bit hashes (FNV-1a and a
 * multiply-rotate) over the UTF-16 units, names and values kept apart. Not for untrusted keys of a hash table of our own.
 */
export function hashLabels(labels: SeriesLabels, out: Uint32Array): void {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (const text of labels) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul((high << 5) | (high >>> 27), 0x85ebca6b) ^ unit;
    }
    low = Math.imul(low ^ 0xffff, 0x01000193);
    high = Math.imul((high << 5) | (high >>> 27), 0xc2b2ae35) ^ 0xffff;
  }
  out[0] = low;
  out[1] = high;
}
