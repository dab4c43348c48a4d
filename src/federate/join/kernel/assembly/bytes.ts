const LF: u8 = 0x0a;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** How many bytes are equal from `a` and `b` on, `length` at most. */
export function sharedBytes(a: i32, b: i32, length: i32): i32 {
  for (let q = 0; q < length; q += 16) {
    const differing = i8x16.bitmask(i8x16.ne(v128.load(a + q), v128.load(b + q)));
    if (differing !== 0) return min(q + ctz(differing), length);
  }
  return length;
}

export function areEqual(a: i32, b: i32, length: i32): bool {
  let q = 0;
  for (; q + 16 <= length; q += 16) {
    if (i8x16.bitmask(i8x16.ne(v128.load(a + q), v128.load(b + q))) !== 0) return false;
  }
  const differing = i8x16.bitmask(i8x16.ne(v128.load(a + q), v128.load(b + q)));
  return (differing & ((1 << (length - q)) - 1)) === 0;
}

/** Copies in words of 16: up to 15 bytes more than `length`. */
export function copy(to: i32, from: i32, length: i32): void {
  for (let q = 0; q < length; q += 16) v128.store(to + q, v128.load(from + q));
}

/** The closing quote of the value that goes on at `at`; -1 where it holds an escape, a line feed, or more than ASCII. */
export function endOfPlainValue(at: i32): i32 {
  let p = at;
  while (true) {
    const bytes = v128.load(p);
    const quotes = i8x16.eq(bytes, i8x16.splat(QUOTE));
    const others = v128.or(i8x16.eq(bytes, i8x16.splat(BACKSLASH)), i8x16.eq(bytes, i8x16.splat(LF)));
    // The sign of a byte beyond ASCII is set as well.
    const special = i8x16.bitmask(v128.or(bytes, v128.or(quotes, others)));
    if (special !== 0) {
      const end = p + ctz(special);
      return load<u8>(end) === QUOTE ? end : -1;
    }
    p += 16;
  }
}

/** After the digits at `at`. */
export function endOfDigits(at: i32): i32 {
  let p = at;
  while (true) {
    const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(p), i8x16.splat(0x30)), i8x16.splat(10)));
    if (digits !== 0xffff) return p + ctz(~digits);
    p += 16;
  }
}
