import { NameHash } from './name-hash.ts';

/** Of every metric name in a histogram or summary the same is left, whether or not a server tells its type. */
const suffixes: readonly string[] = ['_bucket', '_sum', '_count'];
const [LAST_T, LAST_M] = [0x74, 0x6d];

/**
 * A 64-bit key of a metric family: one series always has the same, under whatever family a replica presents it. Families
 * whose names differ in such suffixes alone share one.
 */
export class FamilyKey {
  /** Signed 32-bit words of the name keyed last. */
  low = 0;
  high = 0;
  readonly #hash = new NameHash();

  /** `family`: decoded. */
  read(family: string): void {
    this.#hash.read(family, lengthWithoutSuffixes(family));
    const { a, b } = this.#hash;
    this.low = a ^ (b << 7);
    this.high = b ^ (a >>> 9);
  }
}

function lengthWithoutSuffixes(family: string): number {
  let { length } = family;
  for (;;) {
    const last = family.charCodeAt(length - 1);
    // Most names need no closer look.
    if (last !== LAST_T && last !== LAST_M) return length;
    const suffix = suffixes.find((one) => family.endsWith(one, length));
    if (suffix === undefined) return length;
    length -= suffix.length;
  }
}
