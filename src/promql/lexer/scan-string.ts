import { type Cursor, END, next } from './cursor.ts';
import { goUnicode } from './go-quote.ts';

const simpleEscapes = 'abfnrtv\\';
const replacementCharacter = 0xfffd;

/**
 * Consumes the rest of a string whose opening quote has been consumed. Returns what Prometheus says against it, or
 * `undefined` when the string is good and closed. U+FFFD is refused too: Go cannot tell it from a broken byte.
 */
export function scanString(cursor: Cursor, quote: string): string | undefined {
  const isRaw = quote === '`';
  const close = quote.codePointAt(0)!;
  for (;;) {
    const character = next(cursor);
    if (character === close) return undefined;
    if (character === replacementCharacter || isSurrogate(character)) return 'invalid UTF-8 rune';
    if (isRaw) {
      if (character === END) return 'unterminated raw string';
      continue;
    }
    if (character === END || character === 0x0a) return 'unterminated quoted string';
    if (character !== 0x5c) continue;
    const problem = scanEscape(cursor, close);
    if (problem !== undefined) return problem;
  }
}

function scanEscape(cursor: Cursor, close: number): string | undefined {
  const mark = next(cursor);
  if (mark === close) return undefined;
  if (mark === END) return 'escape sequence not terminated';
  const letter = String.fromCodePoint(mark);
  if (simpleEscapes.includes(letter)) return undefined;
  if (letter === 'x') return scanDigits(cursor, next(cursor), { length: 2, base: 16, max: 0xff });
  if (letter === 'u') return scanDigits(cursor, next(cursor), { length: 4, base: 16, max: 0x10ffff });
  if (letter === 'U') return scanDigits(cursor, next(cursor), { length: 8, base: 16, max: 0x10ffff });
  if (letter >= '0' && letter <= '7') return scanDigits(cursor, mark, { length: 3, base: 8, max: 0xff });
  return `unknown escape sequence ${goUnicode(mark)}`;
}

function scanDigits(
  cursor: Cursor,
  first: number,
  { length, base, max }: { length: number; base: number; max: number },
): string | undefined {
  let value = 0;
  for (let digit = first, left = length; ; digit = next(cursor)) {
    if (digit === END) return 'escape sequence not terminated';
    const amount = /^[0-9a-fA-F]$/.test(String.fromCodePoint(digit)) ? parseInt(String.fromCodePoint(digit), 16) : base;
    if (amount >= base) return `illegal character ${goUnicode(digit)} in escape sequence`;
    value = value * base + amount;
    if (--left === 0) break;
  }

  return value > max || isSurrogate(value) ? 'escape sequence is an invalid Unicode code point' : undefined;
}

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}
