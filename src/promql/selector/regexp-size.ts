const tokens =
  /\\Q[^]*?(?:\\E|$)|\\[pPx]\{[^}]*\}|\\[^]|\[\^?\]?(?:\[:\^?[a-z]+:\]|\\[^]|[^\]\\])*\]|\{(?<least>\d{1,4})(?:,(?<most>\d{0,4}))?\}|[^]/gu;

/**
 * About how many instructions an RE2 expression compiles to. What the text does not show is repetition: `(x{1000})` of
 * nine characters is a thousand instructions, and a text of a few kilobytes takes seconds and hundreds of megabytes.
 * Linear in the text; good for expressions that do not parse, too.
 */
export function regexpSize(expression: string): number {
  const open = [{ size: 0, last: 0 }];
  for (const [token, least, most] of expression.matchAll(tokens)) {
    const group = open.at(-1)!;
    if (token === '(') {
      open.push({ size: 0, last: 0 });
    } else if (token === ')' && open.length > 1) {
      open.pop();
      open.at(-1)!.last = group.size;
      open.at(-1)!.size += group.size;
    } else if (least !== undefined) {
      const repeated = group.last * Math.max(Number(least), Number(most ?? 0), 1);
      group.size += repeated - group.last;
      group.last = repeated;
    } else {
      group.last = token.length > 2 && token.startsWith('\\Q') ? token.length : 1;
      group.size += group.last;
    }
  }
  return open.reduce((sum, { size }) => sum + size, 0);
}
