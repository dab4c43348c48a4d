const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const named: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
};

/** `text` as a double-quoted Go string literal (`%q`), the form in which Prometheus' messages quote. */
export function goQuote(text: string): string {
  return quoteWith(text, '"');
}

/** One code point as a single-quoted Go character literal; the end of the text shows as U+FFFD. */
export function goQuoteCharacter(codePoint: number): string {
  return quoteWith(codePoint < 0 ? '\ufffd' : String.fromCodePoint(codePoint), "'");
}

/** `U+0071 'q'`: Go's `%#U`. Characters that cannot be printed go without the quoted form. */
export function goUnicode(codePoint: number): string {
  const digits = codePoint < 0 ? 'FFFFFFFFFFFFFFFF' : codePoint.toString(16).toUpperCase().padStart(4, '0');
  const character = codePoint < 0 ? '' : String.fromCodePoint(codePoint);
  return printable.test(character) ? `U+${digits} '${character}'` : `U+${digits}`;
}

function quoteWith(text: string, quote: string): string {
  let quoted = quote;
  for (const character of text) {
    if (character === quote) quoted += `\\${quote}`;
    else if (character in named) quoted += named[character]!;
    else quoted += printable.test(character) ? character : escapeCodePoint(character.codePointAt(0)!);
  }
  return quoted + quote;
}

function escapeCodePoint(codePoint: number): string {
  // A byte that is no UTF-8 (see `unquoteString`).
  if (codePoint >= 0xdc80 && codePoint <= 0xdcff) return `\\x${(codePoint - 0xdc00).toString(16)}`;
  const hex = codePoint.toString(16);
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex.padStart(2, '0')}`;
  return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
