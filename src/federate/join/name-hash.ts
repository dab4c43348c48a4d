/** Two 32-bit words that depend on every letter of a name; not spread enough to be keys by themselves. */
export class NameHash {
  a = 0;
  b = 0;

  /** Of the first `length` UTF-16 units. */
  read(name: string, length: number): void {
    let a = 0x2545f491;
    let b = 0x51ed270b;
    for (let i = 0; i < length; i++) {
      const unit = name.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ unit, 0x85ebca6b);
      b ^= b >>> 13;
    }
    this.a = a;
    this.b = b;
  }
}
