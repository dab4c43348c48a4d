const PAIR_SEED: i32 = 0x51ed270b;

/** The words of the pair hashed last; as `PartHash` of src/exposition/text/label-set-hash.ts makes them. */
export let pairLow: i32 = 0;
export let pairHigh: i32 = 0;

export function hashPair(start: i32, end: i32): void {
  let a: i32 = PAIR_SEED;
  let b: i32 = ~PAIR_SEED;
  let p = start;
  for (; p <= end - 4; p += 4) {
    const word = load<i32>(p);
    a = (a ^ word) * <i32>0x9e3779b1;
    a ^= a >>> 15;
    b = (b ^ word) * 0x27d4eb2f;
    b ^= b >>> 13;
  }
  const word = p < end ? load<i32>(p) & (-1 >>> ((4 - (end - p)) * 8)) : 0;
  a = ((a ^ word) * <i32>0x85ebca6b) ^ (end - start);
  b = ((b ^ word) * <i32>0xc2b2ae35) ^ (end - start);
  a = (a ^ (a >>> 16)) * 0x21f0aaad;
  b = (b ^ (b >>> 15)) * 0x735a2d97;
  pairLow = a ^ (a >>> 15) ^ (b << 7);
  pairHigh = b ^ (b >>> 16) ^ (a >>> 9);
}
