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

  /** `family`: decoded. */
  read(family: string): void {
    const length = lengthWithoutSuffixes(family);
    let a = 0x2545f491;
    let b = 0x51ed270b;
    for (let i = 0; i < length; i++) {
      const unit = family.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ unit, 0x85ebca6b);
      b ^= b >>> 13;
    }
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
