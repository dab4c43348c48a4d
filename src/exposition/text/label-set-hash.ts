import type { LabelSet } from '../../model/label-set.ts';
import { escapeLabelValue } from '../label-escape.ts';

/** Bytes that must be readable after a hashed range: it is read in words of four. */
export const HASH_SLACK_BYTES = 4;

const NAME_SEED = 0x2545f491;
const PAIR_SEED = 0x51ed270b;

/**
 * Hashes one part of a label set, the metric name or one pair, from its canonical bytes: a pair is `name="value"` with
 * Prometheus' escapes, a name that is not legacy stands in quotes. The hash of a label set is the sum of its parts in
 * each 32-bit word by itself, so it does not depend on their order. Pairs with an empty value are not part of a set.
 */
export class PartHash {
  /** Signed 32-bit words of the part hashed last. */
  low = 0;
  high = 0;

  /** `view` must be readable for {@link HASH_SLACK_BYTES} after `end`. */
  name(view: DataView, start: number, end: number): void {
    this.#hash(view, start, end, NAME_SEED);
  }

  /** `view` must be readable for {@link HASH_SLACK_BYTES} after `end`. */
  pair(view: DataView, start: number, end: number): void {
    this.#hash(view, start, end, PAIR_SEED);
  }

  #hash(view: DataView, start: number, end: number, seed: number): void {
    let a = seed;
    let b = ~seed;
    let p = start;
    for (const last = end - 4; p <= last; p += 4) {
      const word = view.getInt32(p, true);
      a = Math.imul(a ^ word, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ word, 0x27d4eb2f);
      b ^= b >>> 13;
    }
    const word = p < end ? view.getInt32(p, true) & (-1 >>> ((4 - (end - p)) * 8)) : 0;
    a = Math.imul(a ^ word, 0x85ebca6b) ^ (end - start);
    b = Math.imul(b ^ word, 0xc2b2ae35) ^ (end - start);
    a = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
    b = Math.imul(b ^ (b >>> 15), 0x735a2d97);
    this.low = a ^ (a >>> 15) ^ (b << 7);
    this.high = b ^ (b >>> 16) ^ (a >>> 9);
  }
}

/**
 * The 64-bit hash of a metric name and its labels as two unsigned 32-bit words; equal to what the scanner computes from
 * the bytes of a line. `labels` may be in any order.
 */
export function hashLabelSet(name: string, labels: LabelSet): [low: number, high: number] {
  const part = new PartHash();
  const add = (text: string, kind: 'name' | 'pair'): void => {
    const bytes = new TextEncoder().encode(text + '\0'.repeat(HASH_SLACK_BYTES));
    part[kind](new DataView(bytes.buffer), 0, bytes.length - HASH_SLACK_BYTES);
  };
  add(canonicalMetricName(name), 'name');
  let { low, high } = part;
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i + 1] === '') continue;
    add(canonicalPair(labels[i]!, labels[i + 1]!), 'pair');
    low += part.low;
    high += part.high;
  }
  return [low >>> 0, high >>> 0];
}

const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The metric name as it stands in a line: in quotes where it is not legacy. */
export function canonicalMetricName(name: string): string {
  return legacyMetricName.test(name) ? name : `"${escapeLabelValue(name)}"`;
}

/**
 * `name="value"` as it stands in a line. A label name with a colon is quoted: Prometheus writes it bare, but its own
 * scraper then refuses the line (spec §2.1).
 */
export function canonicalPair(name: string, value: string): string {
  const label = legacyLabelName.test(name) ? name : `"${escapeLabelValue(name)}"`;
  return `${label}="${escapeLabelValue(value)}"`;
}
