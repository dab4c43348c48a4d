/** A 53-bit key of a metric family's name: a number that compares as such. */
export function nameKey(name: string): number {
  let a = 0x2545f491;
  let b = 0x51ed270b;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
